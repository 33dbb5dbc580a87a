/** What is got with Python, as messages name it. */
export interface Product {
  /** As `MLflow`. */
  name: string;
  /** How the codes of its errors begin, as `MLFLOW`. */
  code: string;
  /** The oldest Python 3 that will do, as 10 for 3.10. */
  minPythonMinor: number;
  /** What it takes of the disk, as `400 MB`. */
  room: string;
}

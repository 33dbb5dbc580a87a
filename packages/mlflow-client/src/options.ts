/** How a client reaches its server. What is not given comes from MLflow's own environment variables. */
export interface MlflowClientOptions {
  /** Default: `MLFLOW_TRACKING_URI`. May hold `user:password@`; it never shows anywhere. */
  trackingUri?: string;
  /** Default: the URI's, `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`. */
  auth?: { username: string; password: string } | { token: string };
  /** Sent with every request. Default: `MLFLOW_TRACKING_HEADERS`, one `Name: value` a line, a variable of this client's own. */
  headers?: Readonly<Record<string, string>>;
  tls?: {
    /** PEM file of the authorities to trust. Default: `MLFLOW_TRACKING_SERVER_CERT_PATH`. */
    caFile?: string;
    /** PEM file with a client certificate and its key. Default: `MLFLOW_TRACKING_CLIENT_CERT_PATH`. */
    clientCertFile?: string;
    /** Trust any certificate. Default: `MLFLOW_TRACKING_INSECURE_TLS`. */
    insecure?: boolean;
  };
  /**
   * How long one try may take, of an artifact how long it may stand still (default: `MLFLOW_HTTP_REQUEST_TIMEOUT`, 120 s).
   */
  timeoutMs?: number;
  /** How long all tries of a call may take together (default: no limit). */
  deadlineMs?: number;
  /** How often a call is tried again, if that is safe (default: `MLFLOW_HTTP_REQUEST_MAX_RETRIES`, 5). */
  maxRetries?: number;
  /** Connections kept open (default 4). A server with several workers answers them side by side. */
  connections?: number;
  /** Called before a call is tried again. */
  onRetry?: (retry: { error: Error; attempt: number; delayMs: number }) => void;
  env?: NodeJS.ProcessEnv;
}

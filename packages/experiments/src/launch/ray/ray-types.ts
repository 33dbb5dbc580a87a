/** What Ray answers, as far as it is read here. */
export interface RayVersion {
  ray_version?: string;
}

export interface RayNode {
  node_id: string;
  state: string;
  resources_total: Readonly<Record<string, number>>;
}

export interface RayJob {
  /** Null for what was not submitted as a job. */
  submission_id: string | null;
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message?: string | null;
  error_type?: string | null;
  driver_exit_code?: number | null;
}

export interface NewRayJob {
  /** A line for the shell. */
  entrypoint: string;
  submission_id: string;
  entrypoint_num_cpus: number;
  entrypoint_num_gpus: number;
  runtime_env: { env_vars: Readonly<Record<string, string>>; working_dir?: string };
  metadata: Readonly<Record<string, string>>;
}

/** What a member occupies. */
export interface MemberResources {
  cpus: number;
  gpus: number;
}

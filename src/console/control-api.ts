// The types of the control API. Generated from control.openapi.yaml: change that, then run "npm run generate".


export interface paths {
  "/health": {
    /** Checks that the server is ready */
    get: operations["getHealth"];
  };
  "/openapi.yaml": {
    /** This document */
    get: operations["getDescription"];
  };
  "/apis": {
    /** The APIs and operations that are served */
    get: operations["listApis"];
  };
  "/scenarios": {
    /** All scenarios, from files and built in */
    get: operations["listScenarios"];
  };
  "/upstreams": {
    /** The upstream services that respond instead of the mock */
    get: operations["listUpstreams"];
  };
  "/upstreams/{name}": {
    /** Sets the upstream service of an API or an operation */
    put: operations["setUpstream"];
    /** Removes the upstream; the mock responds again */
    delete: operations["deleteUpstream"];
    parameters: {
      path: {
        /** @description An API ("petstore"), or one of its operations ("petstore.getPet"). */
        name: string;
      };
    };
  };
  "/sessions": {
    /** Lists the sessions, least recently used first */
    get: operations["listSessions"];
    /** Creates a session */
    post: operations["createSession"];
  };
  "/sessions/{id}": {
    /** One session */
    get: operations["getSession"];
    /** Deletes a session and its data */
    delete: operations["endSession"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/reset": {
    /** Resets a session: clears positions, states, memory and journal; scenarios stay active */
    post: operations["resetSession"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/scenarios": {
    /** Activates scenarios; the last one has priority, one that is already active restarts */
    post: operations["activateScenarios"];
    /** Deactivates one scenario, or all that were activated */
    delete: operations["deactivateScenarios"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/delivery": {
    /** Sets the default delivery (delay, rate, fault) of the session; null removes it */
    put: operations["setDelivery"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/credentials": {
    /** Binds a bearer token, basic auth user or API key to the session */
    post: operations["bindCredential"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/journal": {
    /** The exchanges of the session, redacted */
    get: operations["getJournal"];
    /** Clears the journal */
    delete: operations["clearJournal"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/journal/{exchange}": {
    /** One journal entry */
    get: operations["getExchange"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        /** @description The id from the x-deadringer-exchange header. */
        exchange: string;
      };
    };
  };
  "/sessions/{id}/journal.har": {
    /** The journal as an HTTP Archive */
    get: operations["getJournalAsHar"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/journal.ndjson": {
    /** The journal as NDJSON, one entry per line */
    get: operations["getJournalAsNdjson"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/coverage": {
    /** Operations and statuses that the session covered */
    get: operations["getCoverage"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/metrics": {
    /** Prometheus metrics, counted from the first request to this endpoint */
    get: operations["getMetrics"];
  };
  "/sessions/{id}/verify": {
    /** Verifies the journal against expectations */
    post: operations["verifySession"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/events": {
    /** Streams the stored exchanges and then every new one as server-sent events */
    get: operations["streamEvents"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    SessionName: string;
    Session: {
      id: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      lastUsedAt: string;
      /** @description Active scenarios; the last one has priority. */
      scenarios: string[];
      /** @description Scenarios that are on by default and deactivated here. */
      disabledScenarios: string[];
      seed: string;
      deliver?: components["schemas"]["Delivery"];
      calls: number;
      journal: {
        entries: number;
        dropped: number;
      };
      memory: {
        [key: string]: unknown;
      };
      states: {
        [key: string]: string;
      };
    };
    /** @description As "deliver" in a scenario. */
    Delivery: {
      [key: string]: unknown;
    };
    /**
     * @description always: the upstream responds. first: the upstream is tried, and the mock responds if it refuses connections, responds with 501 or
     * does not respond in time. on-request: the upstream responds only where a scenario says "upstream".
     *
     * @default always
     * @enum {unknown}
     */
    UpstreamMode: "always" | "first" | "on-request";
    Upstream: {
      name: string;
      url: string;
      mode: components["schemas"]["UpstreamMode"];
    };
    /** @description Text, base64 bytes, or the reason why the body is missing. */
    Body: {
      text?: string;
      base64?: string;
      notRecorded?: string;
    };
    Headers: {
      [key: string]: string[];
    };
    /** @description Names, in lower case, of header fields that were present but not recorded. */
    Withheld: string[];
    Finding: {
      code: string;
      message: string;
      at: string;
      /** @description Where the document requires it, as "file:line:column". */
      location?: string;
    };
    CoverageCount: {
      declared: number;
      exercised: number;
    };
    ExpectedCall: {
      /** @description operationId, or method and path template. */
      on: string;
      /** @description As in a scenario. */
      when?: {
        [key: string]: unknown;
      };
      /** @description Expected number of requests; default: at least one. */
      times?: number | {
        min?: number;
        max?: number;
      };
    };
    /** @description An Entry without headers, bodies and findings. */
    ExchangeSummary: {
      sequence: number;
      id: string;
      session: string;
      /** Format: date-time */
      startedAt: string;
      milliseconds: number;
      api?: string;
      operation?: string;
      method: string;
      path: string;
      query: string;
      /** @description Missing: the connection ended without a response. */
      status?: number;
      /**
       * @description failed: there are findings. problem: the response is an error of the mock itself.
       * @enum {unknown}
       */
      verdict: "passed" | "failed" | "problem";
      /** @description How many there are. */
      findings: number;
      offContract?: string;
      rules: string[];
      switches: string[];
      /** @description The code of a finding. */
      refusedFor?: string;
      problem?: string;
      requestBytes: number;
      responseBytes: number;
    };
    Entry: {
      sequence: number;
      id: string;
      session: string;
      /** Format: date-time */
      startedAt: string;
      milliseconds: number;
      api?: string;
      operation?: string;
      request: {
        method: string;
        path: string;
        query: string;
        headers: components["schemas"]["Headers"];
        withheld?: components["schemas"]["Withheld"];
        body: components["schemas"]["Body"];
      };
      response?: {
        status: number;
        headers: components["schemas"]["Headers"];
        withheld?: components["schemas"]["Withheld"];
        body: components["schemas"]["Body"];
      };
      /** @description JSON Pointers of the redacted values, such as "/request/headers/authorization". */
      redacted?: string[];
      findings: components["schemas"]["Finding"][];
      refusedFor?: components["schemas"]["Finding"];
      problem?: string;
      /** @description The upstream request, and why its response is missing or incomplete. */
      upstream?: {
        origin: string;
        path: string;
        failure?: string;
      };
      rules: string[];
      offContract?: string;
    };
  };
  responses: {
    /** @description The current session. */
    Session: {
      content: {
        "application/json": components["schemas"]["Session"];
      };
    };
    /** @description The error, and how to fix it. */
    Problem: {
      content: {
        "application/problem+json": {
          type: string;
          title: string;
          status: number;
          detail: string;
          hint?: string;
        };
      };
    };
  };
  parameters: {
    /** @description The session; "default" serves requests that name no session. */
    SessionId: components["schemas"]["SessionName"];
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** Checks that the server is ready */
  getHealth: {
    responses: {
      /** @description The server is ready. */
      200: {
        content: {
          "application/json": {
            /** @constant */
            status: "ok";
            apis: string[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** This document */
  getDescription: {
    responses: {
      /** @description YAML. */
      200: {
        content: {
          "application/yaml": string;
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The APIs and operations that are served */
  listApis: {
    responses: {
      /** @description All of them. */
      200: {
        content: {
          "application/json": {
            apis: {
                name: string;
                title: string;
                file: string;
                operations: {
                    id: string;
                    method: string;
                    path: string;
                    statuses: string[];
                  }[];
              }[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** All scenarios, from files and built in */
  listScenarios: {
    parameters: {
      query?: {
        /** @description Those of one API. */
        api?: string;
      };
    };
    responses: {
      /** @description All of them. */
      200: {
        content: {
          "application/json": {
            scenarios: {
                id: string;
                api: string;
                title: string;
                description?: string;
                onByDefault: boolean;
                /** @description The file, or "built in". */
                from: string;
              }[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The upstream services that respond instead of the mock */
  listUpstreams: {
    responses: {
      /** @description All of them. */
      200: {
        content: {
          "application/json": {
            upstreams: components["schemas"]["Upstream"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Sets the upstream service of an API or an operation */
  setUpstream: {
    parameters: {
      path: {
        /** @description An API ("petstore"), or one of its operations ("petstore.getPet"). */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Replaces the server URL of the document; a URL without a path keeps the base path of the document. */
          url: string;
          mode?: components["schemas"]["UpstreamMode"];
        };
      };
    };
    responses: {
      /** @description Effective immediately. */
      200: {
        content: {
          "application/json": components["schemas"]["Upstream"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Removes the upstream; the mock responds again */
  deleteUpstream: {
    parameters: {
      path: {
        /** @description An API ("petstore"), or one of its operations ("petstore.getPet"). */
        name: string;
      };
    };
    responses: {
      /** @description Effective immediately. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Lists the sessions, least recently used first */
  listSessions: {
    responses: {
      /** @description All of them. */
      200: {
        content: {
          "application/json": {
            sessions: components["schemas"]["Session"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Creates a session */
  createSession: {
    requestBody?: {
      content: {
        "application/json": {
          id?: components["schemas"]["SessionName"];
          /** @description Scenarios to activate; the last one has priority. */
          scenarios?: string[];
          /** @description Bearer tokens, basic auth users or API keys that select this session. Only their hashes are stored. */
          credentials?: string[];
          seed?: string;
        };
      };
    };
    responses: {
      /** @description Created. */
      201: {
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** One session */
  getSession: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Deletes a session and its data */
  endSession: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description Deleted. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Resets a session: clears positions, states, memory and journal; scenarios stay active */
  resetSession: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Activates scenarios; the last one has priority, one that is already active restarts */
  activateScenarios: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody: {
      content: {
        "application/json": {
          scenarios: string[];
        };
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Deactivates one scenario, or all that were activated */
  deactivateScenarios: {
    parameters: {
      query?: {
        /** @description The scenario to deactivate; default: all. */
        scenario?: string;
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Sets the default delivery (delay, rate, fault) of the session; null removes it */
  setDelivery: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Delivery"] | null;
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Binds a bearer token, basic auth user or API key to the session */
  bindCredential: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody: {
      content: {
        "application/json": {
          credential: string;
          /** @description Take the credential from another session that has it. Without it, such a request gets 409. */
          move?: boolean;
        };
      };
    };
    responses: {
      /** @description Bound. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The exchanges of the session, redacted */
  getJournal: {
    parameters: {
      query?: {
        /** @description Only entries after this sequence number. */
        after?: number;
        /** @description Only entries of this operation. */
        operation?: string;
        /** @description Only entries with this status. */
        status?: string;
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description The stored entries. */
      200: {
        content: {
          "application/json": {
            /** @description Number of older entries that were dropped. */
            dropped: number;
            entries: components["schemas"]["Entry"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Clears the journal */
  clearJournal: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description Cleared. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** One journal entry */
  getExchange: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        /** @description The id from the x-deadringer-exchange header. */
        exchange: string;
      };
    };
    responses: {
      /** @description The entry. */
      200: {
        content: {
          "application/json": components["schemas"]["Entry"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The journal as an HTTP Archive */
  getJournalAsHar: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description HAR 1.2. */
      200: {
        content: {
          "application/json": {
            log: {
              /** @constant */
              version: "1.2";
              creator: {
                [key: string]: unknown;
              };
              entries: {
                  [key: string]: unknown;
                }[];
            };
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The journal as NDJSON, one entry per line */
  getJournalAsNdjson: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description NDJSON; empty for an empty journal. */
      200: {
        content: {
          "application/x-ndjson": string;
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Operations and statuses that the session covered */
  getCoverage: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description Totals and details per operation. */
      200: {
        content: {
          "application/json": {
            operations: components["schemas"]["CoverageCount"];
            statuses: components["schemas"]["CoverageCount"];
            details: {
                api: string;
                operation: string;
                calls: number;
                statuses: {
                  [key: string]: number;
                };
              }[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Prometheus metrics, counted from the first request to this endpoint */
  getMetrics: {
    responses: {
      /** @description The text format of Prometheus. */
      200: {
        content: {
          "text/plain": string;
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Verifies the journal against expectations */
  verifySession: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody?: {
      content: {
        "application/json": {
          expected?: components["schemas"]["ExpectedCall"][];
          forbidden?: components["schemas"]["ExpectedCall"][];
          ordered?: components["schemas"]["ExpectedCall"][];
          "allow-unmatched"?: boolean;
          "allow-unused"?: boolean;
        };
      };
    };
    responses: {
      /** @description Whether the verification passed, and what failed. */
      200: {
        content: {
          "application/json": {
            passed: boolean;
            failures: string[];
            /** @description Requests that match no operation. */
            unmatched: string[];
            /** @description Scenario rules that never applied. */
            unused: string[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Streams the stored exchanges and then every new one as server-sent events */
  streamEvents: {
    parameters: {
      query?: {
        /** @description Only the exchanges of this session. */
        session?: string;
        /** @description true: an exchange is an ExchangeSummary instead of an Entry. */
        summary?: boolean;
        /** @description now: the stored exchanges are left out. */
        from?: "now";
      };
      header?: {
        /** @description Skips events up to this id. */
        "Last-Event-ID"?: string;
      };
    };
    responses: {
      /** @description A stream of "exchange" events, each with an Entry as its data. For a client that reads slowly, an event "skipped" has the number of exchanges that the journals dropped before they could be sent. An event "session" has the "id" of a session that was created, changed or ended ("ended"), an event "reloaded" the "revision" of the documents and scenarios that were loaded again. */
      200: {
        content: {
          "text/event-stream": string;
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
}

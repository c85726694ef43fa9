// The types of the control API. Generated from control.openapi.yaml: change that, then run "npm run generate".


/** OneOf type helpers */
type Without<T, U> = { [P in Exclude<keyof T, keyof U>]?: never };
type XOR<T, U> = (T | U) extends object ? (Without<T, U> & U) | (Without<U, T> & T) : T | U;
type OneOf<T extends any[]> = T extends [infer Only] ? Only : T extends [infer A, infer B, ...infer Rest] ? OneOf<[XOR<A, B>, ...Rest]> : never;

export interface paths {
  "/health": {
    /** Checks that the server is ready; needs no token */
    get: operations["getHealth"];
  };
  "/ready": {
    /** Checks whether load balancers should send requests; needs no token */
    get: operations["getReadiness"];
  };
  "/openapi.yaml": {
    /** This document */
    get: operations["getDescription"];
  };
  "/apis": {
    /** The APIs and operations that are served */
    get: operations["listApis"];
  };
  "/apis/{api}/operations/{operation}/sample-request": {
    /** Creates a request that the operation accepts, from the examples of the document or from its schemas */
    post: operations["createSampleRequest"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        operation: components["parameters"]["OperationId"];
      };
    };
  };
  "/webhooks": {
    /** The webhooks that the documents declare */
    get: operations["listWebhooks"];
  };
  "/apis/{api}/webhooks/{name}": {
    /** Sends a webhook to a URL, and validates the response */
    post: operations["sendWebhook"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        /** @description The name of the webhook, or its operationId. */
        name: string;
      };
    };
  };
  "/source": {
    /** Lines of a loaded document or scenario, as they were when it was loaded */
    get: operations["getSource"];
  };
  "/apis/{api}/operations/{operation}": {
    /** What the document declares for an operation, each part with its line */
    get: operations["getOperation"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        operation: components["parameters"]["OperationId"];
      };
    };
  };
  "/apis/{api}/schema": {
    /** The tree of one schema */
    get: operations["getSchema"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
  };
  "/apis/{api}/findings": {
    /** What is wrong with the document of an API, as "deadringer lint" reports it */
    get: operations["listDocumentFindings"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
  };
  "/finding-codes": {
    /** What each code of a finding means, and how to fix it */
    get: operations["listFindingCodes"];
  };
  "/scenarios": {
    /** All scenarios, from files and built in */
    get: operations["listScenarios"];
  };
  "/scenarios/schema.json": {
    /** The JSON Schema of a scenario file */
    get: operations["getScenarioSchema"];
  };
  "/scenarios/lint": {
    /** Validates the text of a scenario file that is not saved */
    post: operations["lintScenario"];
  };
  "/scenarios/{id}": {
    /** One scenario with its text */
    get: operations["getScenario"];
    /** Saves a scenario to its file, as written, and serves it */
    put: operations["saveScenario"];
    parameters: {
      path: {
        /** @description The id of a scenario; its "/" is written as %2F. */
        id: string;
      };
    };
  };
  "/server": {
    /** The addresses of the server, its documents, and what is wrong with them */
    get: operations["getServer"];
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
    /** Resets a session: clears positions, states, memory, counts and journal; scenarios stay active and switches on */
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
  "/sessions/{id}/switches": {
    /** The switches of the session, in the order in which they were set */
    get: operations["getSwitches"];
    /** Removes all switches of the session */
    delete: operations["removeSwitches"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/switches/{target}": {
    /** Removes the switch of a target */
    delete: operations["removeSwitch"];
    /**
     * Sets or changes the switch of a target, and starts to count its calls
     * @description A JSON Merge Patch (RFC 7396) of the settings: null removes a member, and a switch that changes nothing is removed.
     * Replies and each aspect of a delivery come from the most specific switch that sets them. They take precedence over
     * scenarios; what a request asks for with Prefer takes precedence over them.
     *
     * A patch with `times` and what to change (`status`, `example`, `deliver` or `rate`) interrupts a switch that has no `times`:
     * that one holds for all other calls, as `otherwise` shows. A patch with `times` alone limits the switch itself.
     */
    patch: operations["changeSwitch"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        /** @description Everything ("*"), an API ("petstore"), or one of its operations ("petstore.getPet"). */
        target: string;
      };
    };
  };
  "/sessions/{id}/clock": {
    /** The time that the app under test sees */
    get: operations["getClock"];
    /** Shows real time again */
    delete: operations["resetClock"];
    /**
     * Sets, advances, freezes or starts the clock of the session
     * @description The clock is set first, then advanced, then frozen or started. Templates, the field Date and rate limits follow it;
     * journals, delays and the end of idle sessions keep real time.
     */
    patch: operations["changeClock"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/delivery": {
    /** Sets the delivery (delay, rate, fault) of the switch of everything; null removes it */
    put: operations["setDelivery"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/apis/{api}/resources": {
    /** The resources that a stateful mock finds in the document, with the rules that found them */
    get: operations["listResources"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
  };
  "/apis/{api}/resources/{resource}/draft": {
    /** Generates a valid item of a resource; it is not stored */
    get: operations["draftItem"];
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
      };
    };
  };
  "/sessions/{id}/resources": {
    /** How many items the session stores for each resource */
    get: operations["countItems"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/state": {
    /**
     * A snapshot of the stored items
     * @description Placeholders are in the places of secrets unless `keep-secrets` is true.
     */
    get: operations["getState"];
    /**
     * Replaces the items of each resource that the snapshot names
     * @description What the schema of an item rejects is listed, and stored all the same. Responses leave it out.
     */
    put: operations["loadState"];
    /** Removes the stored items, so that the session has its seeds again */
    delete: operations["resetState"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/sessions/{id}/state/{api}/{resource}": {
    /** A page of the items of a resource, in the order in which they were added */
    get: operations["listItems"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
      };
    };
  };
  "/sessions/{id}/state/{api}/{resource}/{item}": {
    /** One item */
    get: operations["getItem"];
    /**
     * Creates an item, or replaces its value
     * @description A placeholder in the place of a secret leaves the secret as it is.
     */
    put: operations["putItem"];
    /** Removes an item */
    delete: operations["deleteItem"];
    parameters: {
      query?: {
        parent?: components["parameters"]["Parent"];
      };
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
        /** @description The id of the item. */
        item: string;
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
        exchange: components["parameters"]["ExchangeId"];
      };
    };
  };
  "/sessions/{id}/journal/{exchange}.har": {
    /** One exchange as an HTTP Archive */
    get: operations["getExchangeAsHar"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
  };
  "/sessions/{id}/journal/{exchange}/evidence.html": {
    /** One exchange as a self-contained HTML file for a bug report */
    get: operations["getEvidence"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
  };
  "/sessions/{id}/journal/{exchange}/scenario": {
    /** Generates a scenario that replies as in the exchange; it is not saved */
    post: operations["createScenarioText"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
  };
  "/journal/{exchange}": {
    /** One journal entry, in whichever session it is */
    get: operations["getExchangeOfAnySession"];
    parameters: {
      path: {
        exchange: components["parameters"]["ExchangeId"];
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
  "/sessions/{id}/operations": {
    /** What the session tried of each operation, and which response is in force */
    get: operations["listSessionOperations"];
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
  };
  "/check": {
    /**
     * Checks a recording against the served documents, like "deadringer check"
     * @description The body is a recording in any format that the command reads, also as .gz or .zip. It is checked while it arrives, so the progress of the upload is that of the check. At most two recordings are checked at the same time.
     */
    post: operations["checkRecording"];
  };
  "/report.schema.json": {
    /** The JSON Schema of a report */
    get: operations["getReportSchema"];
  };
  "/expectations.schema.json": {
    /** The JSON Schema of the expectations of a verification */
    get: operations["getExpectationsSchema"];
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
    /** @description Where sessions live, in the memory of this process or in a store that several servers share. */
    Store: OneOf<[{
      /** @constant */
      kind: "memory";
    }, {
      /** @constant */
      kind: "shared";
      /** @description False while requests that need the store get an error. */
      available: boolean;
      /**
       * Format: date-time
       * @description When that began.
       */
      since: string;
      /** @description Id of this server, which begins the ids of its exchanges. */
      replica: string;
      /** @description Servers that share the store, this one included. */
      replicas: number;
      /** @description Exchanges that are answered and not yet in their journal. */
      waiting: number;
      /** @description Exchanges of this server that never reached their journal. */
      lost: number;
    }]>;
    /** @description Several reports on one recording; JSON as an object, the other formats as texts. */
    CheckReports: {
      json?: external["../../check/report.schema.json"];
      text?: string;
      junit?: string;
      sarif?: string;
      github?: string;
      markdown?: string;
      html?: string;
      view?: components["schemas"]["ReportView"];
      /** @description What the command writes to standard error, such as files of an archive that are no recordings. */
      notes: string[];
    };
    /** @description The report as a page shows it: what is in the HTML report, as texts that are ready to show. "more" counts what a list leaves out. */
    ReportView: {
      tool?: string;
      shard?: string;
      failOn?: string;
      side?: string;
      targets?: string;
      skipped?: components["schemas"]["LimitedPlaces"];
      undocumented?: {
        items: {
            id: string;
            message: string;
            operation: string;
            observed: string;
            exchanges: string;
          }[];
        more: number;
      };
      /** @enum {unknown} */
      verdict: "passed" | "failed" | "incomplete";
      headline: string;
      /** @description The verdict in one sentence. */
      sentence: string;
      /** @description What to do about it; may be empty. */
      next: string;
      /** @description The same without options of the command line. */
      nextOnPage: string;
      /**
       * @description The side with which the findings do not fail the check.
       * @constant
       */
      suggestedSide?: "provider";
      reasons: components["schemas"]["LimitedTexts"];
      apis: {
        items: {
            title: string;
            file: string;
            servers?: string;
          }[];
        more: number;
      };
      sources: {
        items: {
            file: string;
            entries: string;
            format: string;
            creator: string;
            /** @description Why the file is incomplete. */
            truncated: string;
          }[];
        more: number;
      };
      recordedTime: string;
      total: number;
      totalShown: string;
      /** @description The exchanges by outcome; each is counted in exactly one row. */
      rows: {
          key: string;
          label: string;
          count: number;
          shown: string;
          /** @description Percent of all. */
          share: number;
          reasons: {
              name: string;
              count: number;
              shown: string;
            }[];
        }[];
      unlisted: string;
      levels: {
          level?: string;
          isBelowMinimum?: boolean;
          label: string;
          declared: number;
          seen: number;
          passed: number;
          seenPercent: number;
          passedPercent: number;
          unseen: string[];
          more: number;
        }[];
      statuses: string[];
      operations: {
          id: string;
          method: string;
          path: string;
          api: string;
          calls: string;
          passed: string;
          /** @description Invalid requests that were correctly rejected, with nothing else wrong. */
          rejected: string;
          state: components["schemas"]["CoverageState"];
          /** @description One for each of the statuses of the report. */
          cells: {
              status: string;
              state: components["schemas"]["CoverageState"];
              times?: string;
              passed?: string;
              rejected?: string;
            }[];
        }[];
      moreOperations: number;
      severalApis: boolean;
      unreadable: components["schemas"]["LimitedPlaces"];
      hosts: {
        items: {
            name: string;
            exchanges: string;
          }[];
        more: number;
      };
      kinds: {
          key: string;
          title: string;
          description?: string;
          count: number;
        }[];
      operationNames: string[];
      findings: components["schemas"]["IssueView"][];
      omitted: number;
    };
    /**
     * @description unseen: declared, and did not occur. none: not declared, and did not occur. rejected: those that did not pass have an invalid request, and rejecting it was correct.
     * @enum {unknown}
     */
    CoverageState: "passed" | "rejected" | "partial" | "not-passed" | "unseen" | "none";
    LimitedTexts: {
      items: string[];
      more: number;
    };
    LimitedPlaces: {
      items: {
          place: string;
          message: string;
        }[];
      more: number;
    };
    IssueView: {
      /** @description The fingerprint. */
      id: string;
      kind: string;
      kindTitle: string;
      /** @enum {unknown} */
      severity: "error" | "warning" | "note";
      message: string;
      code: string;
      /** @enum {unknown} */
      side?: "request" | "response";
      operation: string;
      operationIds: string[];
      /** @description Operations with this finding, beside that of method and path. */
      moreOperations: number;
      method: string;
      path: string;
      api: string;
      at: string;
      location: string;
      /** @description The line in the document. */
      line?: number;
      file?: string;
      pointer: string;
      frequency: string;
      exchanges: string;
      first: string;
      last: string;
      causes: {
          sentence: string;
          frequency: string;
        }[];
      observed: string;
      expected: string;
      actual: string;
      places: string[];
      /** @description Request and response of the first exchange; missing beyond the size of a page. */
      messages?: {
          title: string;
          lines: {
              text: string;
              marked: boolean;
            }[];
          note: string;
        }[];
      curl?: string;
    };
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
      clock?: components["schemas"]["Clock"];
      switches: components["schemas"]["Switch"][];
      deliver?: components["schemas"]["Delivery"];
      calls: number;
      bindings: {
        /** @description Number of credentials that lead to the session. */
        credentials: number;
      };
      /**
       * @description How the last request named the session; default: it named none.
       * @enum {unknown}
       */
      lastBoundBy?: "header" | "credential" | "cookie" | "prefix" | "default";
      journal: {
        entries: number;
        dropped: number;
        /** @description Number of exchanges that were answered and never reached the journal, because their replica or the store ended before. Absent if there are none. */
        lost?: number;
      };
      memory: {
        [key: string]: unknown;
      };
      states: {
        [key: string]: string;
      };
    };
    Scenario: {
      id: string;
      api: string;
      title: string;
      description?: string;
      onByDefault: boolean;
      /** @description The file, or "built in". */
      from: string;
      /** @description What the scenario does, made from its rules. */
      sentence: string;
      rules: components["schemas"]["ScenarioRule"][];
    };
    ScenarioRule: {
      on: string;
      /** @description What the rule does. */
      text: string;
      /** @description The reasons of its off-contract replies, one for each; absent if there are none. */
      offContract?: string[];
      /** @description Where it is written, as "file:line"; absent if it is built in. */
      location?: string;
      line?: number;
    };
    ScenarioDetail: components["schemas"]["Scenario"] & {
      text: string;
      /** @description Equal texts have equal revisions. */
      revision: string;
      /** @description True: the scenario cannot be saved. */
      readOnly: boolean;
      readOnlyReason?: string;
      findings: components["schemas"]["ScenarioFinding"][];
    };
    ScenarioFinding: {
      code: string;
      /** @enum {unknown} */
      level: "error" | "warning" | "note";
      message: string;
      at: string;
      /** @description As "file:line". */
      location?: string;
      line?: number;
      column?: number;
    };
    /** @description As "deliver" in a scenario. */
    Delivery: {
      /** @description Milliseconds, or a time such as "2s"; or a range { min, max }, or a distribution { p50, p99 } of them. */
      delay?: number | string | ({
        [key: string]: number | string;
      });
      /** @description Bytes per second at which the body is sent. */
      drip?: number;
      /** @description Time between the items of a stream, such as events; milliseconds, or a time such as "2s". */
      interval?: number | string;
      /** @enum {unknown} */
      fault?: "reset" | "reset-mid-body" | "hang" | "empty" | "truncate" | "garbage" | "wrong-length";
      /** @description Percentage of the responses that are delivered like this. */
      percent?: number;
      /** @description Number of responses that are delivered like this. */
      times?: number;
    };
    /** @description The time that the app under test sees. A session without it shows real time. */
    Clock: {
      /** Format: date-time */
      now: string;
      /** @description True: the clock stands. False: it runs. */
      frozen: boolean;
      /** @description Milliseconds that the clock is ahead of real time; negative: behind. */
      offset: number;
    };
    ClockPatch: {
      /** @description A time such as 2027-01-01T09:30Z, or a date, from 1970 to 2999. A time needs a zone. */
      now?: string;
      /** @description A duration such as 30s, 1h30m or 7d. */
      advance?: string;
      /** @description True: the clock stands. False: it runs. */
      frozen?: boolean;
    };
    SwitchPatch: {
      /** @description A status that the operation does not declare is allowed and marked as off-contract. */
      status?: number | null;
      /** @description Name of a declared example. */
      example?: string | null;
      /** @description As "deliver" in a scenario. */
      deliver?: {
        [key: string]: unknown;
      } | null;
      /** @description A rate limit for each credential, such as "5/1m"; "on": as the document declares; "off": none. */
      rate?: string | null;
      /** @description The number of calls that are normal before the change. */
      after?: number | null;
      /** @description The number of calls that the switch changes; later ones are normal, or as the interrupted switch says. */
      times?: number | null;
    };
    Operation: {
      /** @description The operationId, or method and path template where the document declares none. */
      id: string;
      method: string;
      /** @description The path template on this server. */
      path: string;
      summary?: string;
      tags: string[];
      deprecated: boolean;
      /** @description Why the operation is not served. */
      unusable?: string;
      /** @description Where the document declares it, as "file:line". */
      location: string;
      /** @description The declared statuses: "200", "4XX" or "default". */
      statuses: string[];
      responses: {
          /** @description As declared: "200", "4XX" or "default". */
          status: string;
          /** @description A status of this response. */
          sends: number;
          description?: string;
          /** @description Names of its examples. */
          examples: string[];
        }[];
    };
    OperationCalls: {
      api: string;
      operation: string;
      method: string;
      /** @description The path template on this server. */
      path: string;
      calls: number;
      /** @description Number of responses by declared status; 0 if it was not tried. */
      statuses: {
        [key: string]: number;
      };
      /** @description Number of responses by status that the operation does not declare; errors of the mock do not count. */
      otherStatuses: {
        [key: string]: number;
      };
    };
    SessionOperation: components["schemas"]["OperationCalls"] & {
      inForce: components["schemas"]["ResponseInForce"];
    };
    /** @description A response of an operation, and what decides on it. */
    DecidedResponse: {
      /** @description Missing if it is not known beforehand or an error of the mock. */
      status?: number;
      /** @enum {unknown} */
      by: "rate-limit" | "switch" | "scenario" | "upstream" | "document";
      /** @description Why, such as "scenario petstore/flaky, reply 2 of 3". */
      text: string;
      /** @description The id of the scenario. */
      scenario?: string;
      /** @description The target of the switch. */
      target?: string;
      /** @description Why the status is off-contract. */
      offContract?: string;
      /** @description Where it is written, as "file:line". */
      location?: string;
    };
    /** @description The response to the next request that is valid and prefers no other response. */
    ResponseInForce: components["schemas"]["DecidedResponse"] & {
      /** @description Replies to requests that exceed a rate limit or meet the conditions of a scenario, in order. */
      conditional?: components["schemas"]["DecidedResponse"][];
    };
    Webhook: {
      api: string;
      name: string;
      /** @description The operationId, else the name. */
      operation: string;
      method: string;
      summary?: string;
      /** @description Names of the examples of the body. */
      examples: string[];
      location: components["schemas"]["Location"];
    };
    /** @description The mock sent the request, and the response is that of the receiver. */
    Sent: {
      /** @enum {unknown} */
      kind: "callback" | "webhook";
      name: string;
      /** @description Of the receiver; absent: its URL is invalid. */
      origin?: string;
      /** @description Id of the exchange that caused the callback. */
      cause?: string;
      /** @description Why there is no response, with the remedy. */
      failure?: string;
    };
    SampleRequest: {
      method: string;
      path: string;
      /** @description Without the question mark. */
      query: string;
      headers: {
          name: string;
          value: string;
        }[];
      body?: string;
      url: string;
      /** @description The request as a command. */
      curl: string;
      /** @description Why the mock rejects the request; missing if it is valid. */
      refusedFor?: components["schemas"]["Finding"];
    };
    /** @description What a session changes for a target. */
    Switch: {
      target: string;
      status?: number;
      example?: string;
      deliver?: components["schemas"]["Delivery"];
      /** @description A rate limit such as "5/1m", "on" or "off". */
      rate?: string;
      after?: number;
      times?: number;
      /** @description Calls to the target since the switch was set. */
      calls: number;
      /**
       * @description waiting: the first calls are normal. used-up: the switch has changed as many calls as it was to.
       * @enum {unknown}
       */
      state: "waiting" | "on" | "used-up";
      otherwise?: components["schemas"]["SwitchSettings"];
      /** @description Why the status is off-contract. */
      offContract?: string;
    };
    /** @description The lasting switch that is interrupted for some calls: it holds for all other calls. */
    SwitchSettings: {
      status?: number;
      example?: string;
      deliver?: components["schemas"]["Delivery"];
      rate?: string;
      after?: number;
    };
    Server: {
      /** @description Of deadringer. */
      version: string;
      /** Format: date-time */
      startedAt: string;
      /** @description Counts how often the documents and scenarios were loaded. */
      revision: number;
      /** @description Of all documents, overlays and scenarios, and of the options that decide on responses. Equal files have equal versions on all machines. */
      documentsVersion: string;
      /** @description The servers that share the store, this one first. Absent without a shared store, and while it is away. */
      replicas?: {
          id: string;
          /** @description The name of its machine. */
          host: string;
          /** @description Absent while the replica starts. */
          documentsVersion?: string;
        }[];
      /** @description True: replicas serve other files than this one, or have other options. */
      replicasDiffer?: boolean;
      urls: ({
          url: string;
          /**
           * @description local: works on this machine only. network: for other machines in the same network.
           * @enum {unknown}
           */
          kind: "local" | "network";
        })[];
      /** @description Whether the control API requires a token. */
      token: boolean;
      /** @description Whether scenario files cannot be saved. */
      readOnly: boolean;
      documents: components["schemas"]["Document"][];
      /** @description About documents that cannot be served. */
      findings: components["schemas"]["DocumentFinding"][];
    };
    Document: {
      api: string;
      title: string;
      /** @description Of the API. */
      version?: string;
      /** @description The format that the file is written in, such as "Swagger 2.0" or "OpenAPI 3.1.0". */
      format: string;
      /** @description The version of OpenAPI by which the document is read, such as "3.1.0". */
      openapi: string;
      file: string;
      /** @description On this server, such as "/petstore/v1". */
      basePaths: string[];
      /** @description Number of operations that are served. */
      operations: number;
      /** @description Number of operations that are declared wrongly. */
      unusable: number;
      findings: components["schemas"]["DocumentFinding"][];
      /** @description A request that the mock accepts. */
      firstRequest?: {
        operation: string;
        curl: string;
      };
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
      /**
       * @description The body broke off, or cannot be decoded.
       * @constant
       */
      undecodable?: true;
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
    Source: {
      file: string;
      /** @description The number of the first line. */
      from: number;
      lines: string[];
      /** @description The number of lines of the file. */
      total: number;
      /** @description The lines of which only a part is given. */
      cut: {
          line: number;
          /** @description Where the part begins. */
          column: number;
          /** @description The length of the whole line. */
          length: number;
        }[];
    };
    /** @description "file:line:column" */
    Location: string;
    DocumentFinding: {
      code: string;
      /** @enum {unknown} */
      level: "error" | "warning" | "note";
      message: string;
      location?: components["schemas"]["Location"];
    };
    StateResources: {
      /** @description The API. */
      name: string;
      file: string;
      resources: components["schemas"]["StateResource"][];
      notUnderstood: {
          operation: string;
          method: string;
          path: string;
          /** @description With the remedy. */
          reason: string;
          location: components["schemas"]["Location"];
        }[];
    };
    StateResource: {
      name: string;
      /** @description The path template of the collection. */
      collection: string;
      /** @description The path template of an item; absent: no path leads to one item. */
      item?: string;
      /** @description The path parameters of the parents, outermost first. */
      parents: string[];
      idParameter?: string;
      /** @description The property of an item that has its id; absent: the path only has it. */
      idProperty?: string;
      /** @description The rule that found the id property, or why there is none. */
      idRule: string;
      listPlace?: components["schemas"]["BodyPlace"];
      /** @description Properties whose values differ between items. */
      unique: string[];
      /** @description The operations by what they do. */
      operations: {
        [key: string]: components["schemas"]["ResourceOperation"];
      };
      actions: (components["schemas"]["ResourceOperation"] & {
          /** @description The members that the action sets. */
          set: {
            [key: string]: unknown;
          };
        })[];
    };
    ResourceOperation: {
      operation: string;
      method: string;
      path: string;
      /** @description The rule that gave the operation its role. */
      rule: string;
      itemPlace?: components["schemas"]["BodyPlace"];
      location: components["schemas"]["Location"];
    };
    BodyPlace: {
      /** @description JSON Pointer into the body. */
      pointer: string;
      rule: string;
    };
    StateSnapshot: {
      /** @constant */
      version: 1;
      /** @description By API and resource. docs/state.md describes the items. */
      apis: {
        [key: string]: {
          [key: string]: {
              [key: string]: unknown;
            }[];
        };
      };
    };
    StoredItem: {
      id: string;
      parents: string[];
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      version: number;
      /** @description The exchange that wrote it; absent: a seed, a snapshot or the control API. */
      exchange?: string;
      value: {
        [key: string]: unknown;
      };
    };
    ItemFinding: {
      code: string;
      /** @enum {unknown} */
      level: "error" | "warning" | "note";
      message: string;
      location?: components["schemas"]["Location"];
      /** @description JSON Pointer into the item or the snapshot. */
      at: string;
    };
    FindingCode: {
      code: string;
      /** @enum {unknown} */
      about: "request" | "response" | "traffic" | "document" | "scenario" | "state";
      /** @enum {unknown} */
      kind: "violation" | "difference" | "undocumented" | "undecodable" | "not-checkable" | "advice";
      /** @enum {unknown} */
      level: "error" | "warning" | "note";
      /** @description What is wrong. */
      meaning: string;
      /** @description What to do about it. */
      fix?: string;
    };
    /** @description A node of the tree of a schema. */
    SchemaView: {
      /** @description For people: "string (uuid)", "array of Pet". */
      type: string;
      /** @description The name of the schema in the document. */
      name?: string;
      description?: string;
      /** @constant */
      deprecated?: true;
      /** @description The value of x-provenance. */
      provenance?: string;
      constraints: {
          text: string;
          values?: string[];
          location: components["schemas"]["Location"];
        }[];
      children: components["schemas"]["SchemaChild"][];
      /** @description The number of children that are left out, because there are too many. */
      omitted?: number;
      /**
       * @description The same schema encloses this one.
       * @constant
       */
      recursive?: true;
      /** @description Set if the children are left out: "file#pointer", for /apis/{api}/schema. */
      more?: string;
      location: components["schemas"]["Location"];
      definition?: components["schemas"]["Location"];
    };
    SchemaChild: {
      /** @description The keyword that contains the schema, such as "properties". */
      keyword: string;
      /** @description The name of a property, or the number of a branch. */
      name?: string;
      /** @constant */
      required?: true;
      schema: components["schemas"]["SchemaView"];
    };
    DocumentedExample: {
      /** @description Empty for the only one. */
      name: string;
      summary?: string;
      description?: string;
      provenance?: string;
      /** @description JSON, or the text of a body in another format. */
      value: string;
      /** @description The form in which it is sent, if the document has it and it is another: `serializedValue`. */
      serialized?: string;
      /** @description The length of the value, if it is cut. */
      length?: number;
      location: components["schemas"]["Location"];
    };
    DocumentedContent: {
      mediaType: string;
      description?: string;
      provenance?: string;
      schema?: components["schemas"]["SchemaView"];
      examples: components["schemas"]["DocumentedExample"][];
      location: components["schemas"]["Location"];
    };
    DocumentedParameter: {
      name: string;
      /** @enum {unknown} */
      in: "path" | "query" | "querystring" | "header" | "cookie";
      required: boolean;
      deprecated: boolean;
      /** @description "form, explode" */
      style: string;
      description?: string;
      provenance?: string;
      schema?: components["schemas"]["SchemaView"];
      content?: components["schemas"]["DocumentedContent"];
      examples: components["schemas"]["DocumentedExample"][];
      location: components["schemas"]["Location"];
    };
    DocumentedResponse: {
      /** @description "200", "4XX" or "default". */
      status: string;
      description?: string;
      provenance?: string;
      /** @description Why it cannot be read. */
      unusable?: string;
      headers: components["schemas"]["DocumentedParameter"][];
      contents: components["schemas"]["DocumentedContent"][];
      location: components["schemas"]["Location"];
    };
    OperationDetail: {
      api: string;
      id: string;
      method: string;
      path: string;
      /** @description On this server. */
      basePaths: string[];
      summary?: string;
      description?: string;
      provenance?: string;
      /** @description Why it cannot be read. */
      unusable?: string;
      tags: string[];
      deprecated: boolean;
      parameters: components["schemas"]["DocumentedParameter"][];
      requestBody?: {
        required: boolean;
        description?: string;
        provenance?: string;
        /** @description Why it cannot be read. */
        unusable?: string;
        contents: components["schemas"]["DocumentedContent"][];
        location: components["schemas"]["Location"];
      };
      responses: components["schemas"]["DocumentedResponse"][];
      /** @description Alternatives, each with all that it requires. */
      security: {
            name: string;
            /** @description What a request must have. */
            text: string;
            scopes: string[];
            location: components["schemas"]["Location"];
          }[][];
      location: components["schemas"]["Location"];
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
    /**
     * @description failed: the request or the response violates the document. problem: the response is an error of the mock, for another reason.
     * passed: neither; there can be findings that are not violations.
     *
     * @enum {unknown}
     */
    Verdict: "passed" | "failed" | "problem";
    /** @description What happened, without headers and bodies. */
    ExchangeSummary: {
      /** @description Counts the entries of the session from 1. */
      sequence: number;
      id: string;
      session: string;
      /** Format: date-time */
      startedAt: string;
      /** @description As long as the client waits for the complete response, with configured delays and rates; with a fault, until it happens. */
      milliseconds: number;
      api?: string;
      operation?: string;
      method: string;
      path: string;
      query: string;
      /** @description Absent: there is no response. */
      status?: number;
      verdict: components["schemas"]["Verdict"];
      /** @description Number of findings. */
      findings: number;
      /** @description Why the response violates the document on purpose. */
      offContract?: string;
      /** @description The scenario rules that were applied, such as "petstore/not-found 1". */
      rules: string[];
      /** @description Targets of the switches that changed the response, such as "petstore.getPet"; "*" is everything. */
      switches: string[];
      /** @description Code of the finding because of which the mock rejected the request. */
      refusedFor?: string;
      /** @description Code of the error of the mock. */
      problem?: string;
      sent?: components["schemas"]["Sent"];
      /** @description Absent: the body was not recorded. */
      requestBytes?: number;
      /** @description Absent: the body was not recorded. */
      responseBytes?: number;
    };
    Entry: {
      sequence: number;
      id: string;
      session: string;
      /** Format: date-time */
      startedAt: string;
      /** @description As long as the client waits for the complete response, with configured delays and rates; with a fault, until it happens. */
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
      verdict: components["schemas"]["Verdict"];
      findings: components["schemas"]["Finding"][];
      refusedFor?: components["schemas"]["Finding"];
      /** @description Why the request would be rejected if the validation of requests were on; it was answered like a valid one. */
      wouldReject?: components["schemas"]["Finding"];
      problem?: string;
      sent?: components["schemas"]["Sent"];
      /** @description The upstream request, and why its response is missing or incomplete. */
      upstream?: {
        origin: string;
        path: string;
        failure?: string;
      };
      rules: string[];
      /** @description Targets of the switches that changed the response. */
      switches: string[];
      /** @description How the request was counted against a rate limit; absent if none is in force. */
      rateLimit?: {
        /** @description Such as "5/1m". */
        rate: string;
        /** @description The number of this request in the window. */
        calls: number;
        exceeded: boolean;
        /**
         * Format: date-time
         * @description The end of the window on the clock of the session.
         */
        resetsAt: string;
      };
      /** @description What the request did to the stored items; absent if the response is not from them. */
      state?: {
        /** @description As in the header x-deadringer-state, such as "created". */
        effect: string;
        resource: string;
        /** @description JSON Pointers of what the response does not show. */
        leftOff: string[];
        /** @description Query parameters without effect. */
        ignored: string[];
      };
      /**
       * Format: date-time
       * @description What the clock of the session showed; absent for real time.
       */
      sessionTime?: string;
      offContract?: string;
      /** @description Why the request got this response, step by step. Only in the response for one exchange. */
      why?: components["schemas"]["WhyStep"][];
      /** @description A command that repeats the request, with placeholders for secrets. Only in the response for one exchange. */
      curl?: string;
      /** @description What else it takes to get the same response again, if a switch or a scenario changed it. Only in the response for one exchange. */
      repeatHint?: string;
    };
    WhyStep: {
      /** @enum {unknown} */
      step: "match" | "validation" | "session" | "selection" | "body" | "delivery" | "callbacks";
      text: string;
      /** @description The line of a document or a scenario, as "file:line". */
      location?: string;
      detail?: string[];
    };
  };
  responses: {
    /** @description HAR 1.2. */
    Har: {
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
    /** @description The current session. */
    Session: {
      content: {
        "application/json": components["schemas"]["Session"];
      };
    };
    /** @description The clock of the session. */
    Clock: {
      content: {
        "application/json": components["schemas"]["Clock"];
      };
    };
    /** @description The file is saved. */
    SavedScenario: {
      content: {
        "application/json": {
          id: string;
          /** @description True: every session uses it by default. */
          onByDefault: boolean;
          file: string;
          revision: string;
          /** @description False: the findings or the reason keep the server from reloading. */
          served: boolean;
          /** @description Why replicas do not serve the text: some have other files, or the store is away. */
          reason?: string;
          findings: components["schemas"]["ScenarioFinding"][];
        };
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
          findings?: {
              [key: string]: unknown;
            }[];
        };
      };
    };
  };
  parameters: {
    /** @description The session; "default" serves requests that name no session. */
    SessionId: components["schemas"]["SessionName"];
    /** @description The id from the x-deadringer-exchange header. */
    ExchangeId: string;
    /** @description Only entries after this sequence number. */
    After?: number;
    /** @description Only entries before this sequence number. */
    Before?: number;
    /** @description The greatest number of entries: the newest. */
    Limit?: number;
    /** @description The resource, such as "pets" or "owners/pets"; its "/" is written as %2F. */
    ResourceName: string;
    /** @description Only these APIs; default: all. */
    StateOfApi?: string[];
    /** @description The values of the path parameters of the parents, outermost first. */
    Parent?: string[];
    /** @description Only entries of this API. */
    OfApi?: string;
    /** @description Only entries of this operation. */
    OfOperation?: string;
    /** @description Only entries with this status, a range such as 4XX, or several such as "404,5XX". */
    OfStatus?: string;
    /** @description Only entries with this verdict, or with one of several such as "failed,problem". */
    OfVerdict?: string;
    /** @description true: only entries that did not pass. */
    Failed?: boolean;
    /** @description Only entries with this text, in any case, in the method, path, query, ids, status, rules or codes. */
    Text?: string;
    /** @description The name of an API, such as "petstore". */
    ApiName: string;
    /** @description The operationId, or method and path template where the document declares none. */
    OperationId: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export interface external {
  "../../check/report.schema.json": {
    /** @constant */
    version: 3;
    tool: {
      /** @constant */
      name: "deadringer";
      version: string;
    };
    /**
     * @description incomplete: nothing was checked, or a recording could not be read to its end.
     * @enum {string}
     */
    verdict: "passed" | "failed" | "incomplete";
    /** @enum {number} */
    exitCode: 0 | 1 | 3;
    /** @description Why the verdict is not "passed"; one sentence each. */
    reasons: string[];
    settings: {
      failOn: ("violation" | "difference" | "rejected" | "undocumented" | "undecodable" | "not-checkable" | "advice")[];
      /** @description Percent. */
      minCoverage: {
        [key: string]: number;
      };
      /**
       * @description Which side's issues can fail the run.
       * @enum {string}
       */
      side: "both" | "client" | "provider";
    };
    /** @description Only in the report of a replay; the exchanges are the replayed ones. */
    replay?: {
      /** @description Servers the requests were sent to, such as "shop=https://staging.example.com/v2". */
      targets: string[];
      /** @description Whether requests with unsafe methods were sent. */
      writes: boolean;
      /** @description Whether every value had to equal the recorded value. */
      strictValues: boolean;
    };
    /** @description Set in the report of one shard. */
    shard?: {
      index: number;
      of: number;
    };
    apis: {
        name: string;
        title: string;
        file: string;
        servers: string[];
      }[];
    sources: ({
        file: string;
        /** @enum {string} */
        format: "har" | "ndjson" | "wiremock" | "postman" | "vcr";
        creator?: string;
        entries: number;
        /** @description Set when the file is truncated; entries before that point were checked. */
        truncated?: string;
      })[];
    /** @description total = passed + rejected + failed + notCheckable + skipped + outOfScope + unreadable. */
    accounting: {
      total: number;
      passed: number;
      /** @description Invalid requests that were correctly rejected: the status is 4xx, and the response has no violation. Reasons are statuses. */
      rejected: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
      /** @description Number of exchanges, in total and by reason; the reasons add up to the count. */
      failed: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
      /** @description Number of exchanges, in total and by reason; the reasons add up to the count. */
      notCheckable: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
      /** @description Only in a replay: requests that were not sent, or got no response. */
      skipped?: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
      /** @description Number of exchanges, in total and by reason; the reasons add up to the count. */
      outOfScope: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
      /** @description Number of exchanges, in total and by reason; the reasons add up to the count. */
      unreadable: {
        count: number;
        reasons: {
          [key: string]: number;
        };
      };
    };
    /** @description The first 100, in order. */
    unreadable: {
        /** @description Position of an exchange in the recordings. */
        place: {
          /** @description The file as given on the command line; "-" is standard input. */
          file: string;
          /** @description Position among the entries of the file, from 1. */
          entry: number;
          /** @description Only in formats with one entry per line. */
          line?: number;
        };
        message: string;
      }[];
    /** @description Only in a replay: the first 100 skipped exchanges, in order. */
    skipped?: {
        /** @description Position of an exchange in the recordings. */
        place: {
          /** @description The file as given on the command line; "-" is standard input. */
          file: string;
          /** @description Position among the entries of the file, from 1. */
          entry: number;
          /** @description Only in formats with one entry per line. */
          line?: number;
        };
        reason: string;
        message: string;
      }[];
    /** @description Hosts that are in no document; at most 100. */
    otherHosts: {
      [key: string]: number;
    };
    /** @description Number of checked exchanges by outcome. */
    outcomes: {
      [key: string]: number;
    };
    findings: ({
        /** @description Hash of code, rule and place in the exchange, and of the operation if only it has the rule; the same in every run. */
        fingerprint: string;
        /** @enum {string} */
        code: "credentials-missing" | "credentials-malformed" | "security-not-checkable" | "request-media-type" | "accept-unsatisfiable" | "parameter-missing" | "parameter-malformed" | "parameter-schema" | "parameter-not-checkable" | "parameter-undocumented" | "request-header-undocumented" | "operation-deprecated" | "parameter-deprecated" | "request-body-missing" | "request-body-undocumented" | "request-body-malformed" | "request-body-schema" | "request-body-undecodable" | "request-body-not-checkable" | "request-property-read-only" | "request-property-undocumented" | "request-number-imprecise" | "status-undocumented" | "response-header-missing" | "response-header-malformed" | "response-header-schema" | "response-header-not-checkable" | "response-header-undocumented" | "response-media-type" | "response-media-type-missing" | "response-body-missing" | "response-body-unexpected" | "response-body-undocumented" | "response-body-malformed" | "response-body-schema" | "response-body-undecodable" | "response-body-not-checkable" | "response-property-write-only" | "response-property-undocumented" | "response-number-imprecise" | "operation-undocumented" | "request-not-checkable" | "response-not-checkable" | "answer-status-differs" | "answer-media-type-differs" | "answer-header-gone" | "answer-header-new" | "answer-body-gone" | "answer-body-new" | "answer-member-gone" | "answer-member-new" | "answer-member-renamed" | "answer-type-differs" | "answer-value-differs" | "answer-value-changed" | "answer-not-compared" | "spec-unreadable" | "spec-invalid" | "spec-unknown-key" | "spec-version" | "spec-deprecated" | "spec-unsupported" | "spec-inferred" | "spec-ignored" | "spec-reference" | "spec-schema" | "spec-pattern" | "spec-pattern-advice" | "spec-parameter" | "spec-operation" | "spec-security" | "spec-extension" | "spec-example" | "spec-overlay" | "spec-overlay-advice" | "scenario-unreadable" | "scenario-unknown" | "scenario-template" | "scenario-condition" | "scenario-plain-text" | "scenario-off-contract" | "state-unreadable" | "state-item";
        /**
         * @description The kind of the code; rejected: a violation of requests that were correctly rejected.
         * @enum {string}
         */
        kind: "violation" | "difference" | "rejected" | "undocumented" | "undecodable" | "not-checkable" | "advice";
        /** @enum {string} */
        side: "request" | "response";
        api: string;
        /** @description The operation of the sample. */
        operation: {
          /** @description operationId, or "GET /pets/{id}". */
          id: string;
          method: string;
          /** @description The path template; for an undocumented endpoint, the path with ids as {}. */
          path: string;
        };
        /** @description All operations with this issue, sorted, at most 100: they may share the violated rule. */
        operations: {
            /** @description operationId, or "GET /pets/{id}". */
            id: string;
            method: string;
            /** @description The path template; for an undocumented endpoint, the path with ids as {}. */
            path: string;
          }[];
        /** @description JSON Pointer into the exchange, indexes and ids as "*". */
        at: string;
        /** @description One sentence about the sample. */
        message: string;
        /** @description Location in the document of the rule that was violated. */
        location?: {
          file: string;
          line: number;
          column: number;
          pointer: string;
        };
        /** @description Number of exchanges with this issue. */
        exchanges: number;
        occurrences: number;
        outcomes: {
          [key: string]: number;
        };
        /**
         * Format: date-time
         * @description Time of the earliest exchange with this issue.
         */
        firstSeen?: string;
        /** Format: date-time */
        lastSeen?: string;
        /** @description Set when the baseline accepts it. */
        accepted?: {
          reason: string;
          owner?: string;
          /** Format: date */
          expires?: string;
        };
        /** @description For an undocumented part: observed JSON types or media types, sorted. */
        observed: string[];
        /** @description The first exchange with this issue: request and response without secrets. truncatedFrom: size of the whole body in bytes. */
        sample: {
          /** @description Position of an exchange in the recordings. */
          place: {
            /** @description The file as given on the command line; "-" is standard input. */
            file: string;
            /** @description Position among the entries of the file, from 1. */
            entry: number;
            /** @description Only in formats with one entry per line. */
            line?: number;
          };
          /** Format: date-time */
          startedAt?: string;
          request: {
            method: string;
            url: string;
            /** @description Name and value, in the order sent. */
            headers: [string, string][];
            body: {
              text: string;
              truncatedFrom?: number;
            } | {
              base64: string;
              truncatedFrom?: number;
            } | {
              notRecorded: string;
            };
          };
          response?: {
            status: number;
            /** @description Name and value, in the order sent. */
            headers: [string, string][];
            body: {
              text: string;
              truncatedFrom?: number;
            } | {
              base64: string;
              truncatedFrom?: number;
            } | {
              notRecorded: string;
            };
          };
          /** @description The request as a curl command; secrets are placeholders. */
          curl: string;
          /** @description The rule in the document, such as "type: number"; for a difference, the recorded value. */
          expected?: string;
          /** @description The actual value, redacted and shortened. */
          actual?: string;
        };
        /** @description The first three exchanges with this issue. */
        places: {
            /** @description The file as given on the command line; "-" is standard input. */
            file: string;
            /** @description Position among the entries of the file, from 1. */
            entry: number;
            /** @description Only in formats with one entry per line. */
            line?: number;
          }[];
      })[];
    /** @description Occurrences of findings beyond the limit of the list. */
    unlisted: number;
    coverage: {
      levels: {
        [key: string]: {
          declared: number;
          /** @description Occurred in an exchange. */
          seen: number;
          /** @description Occurred in an exchange that passed. */
          passed: number;
          unseen: string[];
          /** @description Seen, but only in exchanges that did not pass. */
          notPassed: string[];
        };
      };
      operations: {
          api: string;
          id: string;
          method: string;
          path: string;
          calls: number;
          passed: number;
          /** @description Number of exchanges by status; a declared status, range or "default" that did not occur has 0. */
          statuses: {
            [key: string]: number;
          };
          /** @description Number of exchanges that passed, by status; without those that have none. */
          passedStatuses: {
            [key: string]: number;
          };
          /** @description By status, the exchanges whose request was invalid and correctly rejected. */
          rejectedStatuses: {
            [key: string]: number;
          };
        }[];
    };
    baseline?: {
      file: string;
      /** @description Findings of this run that the baseline accepts. */
      accepted: number;
      /** @description Baseline entries that were not found in this run. */
      stale: {
          fingerprint: string;
          code: string;
          operation: string;
          at: string;
          /** @description In the baseline file. */
          line: number;
          /** Format: date */
          expires?: string;
        }[];
      /** @description Baseline entries that were found but have expired. */
      expired: {
          fingerprint: string;
          code: string;
          operation: string;
          at: string;
          /** @description In the baseline file. */
          line: number;
          /** Format: date */
          expires?: string;
        }[];
    };
  };
}

export interface operations {

  /** Checks that the server is ready; needs no token */
  getHealth: {
    responses: {
      /** @description The server is ready. */
      200: {
        content: {
          "application/json": {
            /** @constant */
            status: "ok";
            apis: string[];
            store: components["schemas"]["Store"];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Checks whether load balancers should send requests; needs no token */
  getReadiness: {
    responses: {
      /** @description All documents and scenarios are verified. */
      200: {
        content: {
          "application/json": {
            /** @constant */
            status: "ready";
            store: components["schemas"]["Store"];
          };
        };
      };
      /** @description The server is starting, or it is stopping. */
      503: {
        content: {
          "application/json": {
            /** @enum {unknown} */
            status: "starting" | "stopping";
            store: components["schemas"]["Store"];
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
                operations: components["schemas"]["Operation"][];
              }[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Creates a request that the operation accepts, from the examples of the document or from its schemas */
  createSampleRequest: {
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        operation: components["parameters"]["OperationId"];
      };
    };
    requestBody?: {
      content: {
        "application/json": {
          /** @description The request names this session in a header. */
          session?: components["schemas"]["SessionName"];
          /** @description Generates other values; the same seed gives the same values. */
          seed?: string;
        };
      };
    };
    responses: {
      /** @description The request. It is not sent. */
      200: {
        content: {
          "application/json": components["schemas"]["SampleRequest"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The webhooks that the documents declare */
  listWebhooks: {
    responses: {
      /** @description In the order of the documents. */
      200: {
        content: {
          "application/json": {
            webhooks: components["schemas"]["Webhook"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Sends a webhook to a URL, and validates the response */
  sendWebhook: {
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        /** @description The name of the webhook, or its operationId. */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description The URL of the receiver. On another machine only if the server was started with its host as --callback-host. */
          to: string;
          /** @description The exchange is in the journal of this session. */
          session?: components["schemas"]["SessionName"];
          /** @description Name of the declared example to send. */
          example?: string;
          /** @description Generates everything from this seed, instead of using examples. */
          seed?: string;
          /** @description The value of the body. { "$text": "..." } is sent exactly as written. */
          body?: unknown;
        };
      };
    };
    responses: {
      /** @description The exchange. Without a response it has the verdict "problem", and `sent.failure` says why. */
      200: {
        content: {
          "application/json": components["schemas"]["Entry"];
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Lines of a loaded document or scenario, as they were when it was loaded */
  getSource: {
    parameters: {
      query: {
        /** @description The file as locations name it. */
        file: string;
        /** @description The marked line; the answer has the lines around it. */
        line?: number;
        /** @description The marked column; a long line is cut around it. */
        column?: number;
        /** @description The first line. */
        from?: number;
        /** @description The last line. An answer has at most 1000 lines. */
        to?: number;
      };
    };
    responses: {
      /** @description The lines. */
      200: {
        content: {
          "application/json": components["schemas"]["Source"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** What the document declares for an operation, each part with its line */
  getOperation: {
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
        operation: components["parameters"]["OperationId"];
      };
    };
    responses: {
      /** @description The operation. */
      200: {
        content: {
          "application/json": components["schemas"]["OperationDetail"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The tree of one schema */
  getSchema: {
    parameters: {
      query: {
        /** @description File and JSON Pointer: the member "more" of a schema. */
        at: string;
      };
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
    responses: {
      /** @description The tree. */
      200: {
        content: {
          "application/json": components["schemas"]["SchemaView"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** What is wrong with the document of an API, as "deadringer lint" reports it */
  listDocumentFindings: {
    parameters: {
      query?: {
        /** @description Only findings about this operation and what it refers to. */
        operation?: string;
      };
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
    responses: {
      /** @description The findings. The first request lints the document, which takes a while if it is large. */
      200: {
        content: {
          "application/json": {
            findings: components["schemas"]["DocumentFinding"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** What each code of a finding means, and how to fix it */
  listFindingCodes: {
    responses: {
      /** @description All codes. */
      200: {
        content: {
          "application/json": {
            codes: components["schemas"]["FindingCode"][];
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
            scenarios: components["schemas"]["Scenario"][];
            /** @description True: no scenario can be saved. */
            readOnly: boolean;
            /** @description The folder of new files; absent if none can be saved. */
            folder?: string;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The JSON Schema of a scenario file */
  getScenarioSchema: {
    responses: {
      /** @description JSON Schema 2020-12. */
      200: {
        content: {
          "application/json": {
            [key: string]: unknown;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Validates the text of a scenario file that is not saved */
  lintScenario: {
    requestBody: {
      content: {
        "application/json": {
          api: string;
          /** @description YAML, as in a file. */
          text: string;
        };
      };
    };
    responses: {
      /** @description What is wrong with it. */
      200: {
        content: {
          "application/json": {
            findings: components["schemas"]["ScenarioFinding"][];
            /** @description What the scenario does; absent if the text is not a scenario. */
            sentence?: string;
            rules?: components["schemas"]["ScenarioRule"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** One scenario with its text */
  getScenario: {
    parameters: {
      path: {
        /** @description The id of a scenario; its "/" is written as %2F. */
        id: string;
      };
    };
    responses: {
      /** @description The text is the one on disk. A built-in scenario has the text of a file that does the same. */
      200: {
        content: {
          "application/json": components["schemas"]["ScenarioDetail"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Saves a scenario to its file, as written, and serves it */
  saveScenario: {
    parameters: {
      path: {
        /** @description The id of a scenario; its "/" is written as %2F. */
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description YAML. A text with errors is not saved. */
          text: string;
          /** @description The revision that was edited; absent for a new scenario. */
          revision?: string;
        };
      };
    };
    responses: {
      200: components["responses"]["SavedScenario"];
      201: components["responses"]["SavedScenario"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The addresses of the server, its documents, and what is wrong with them */
  getServer: {
    parameters: {
      query?: {
        /** @description The session of the first requests. */
        session?: components["schemas"]["SessionName"];
      };
    };
    responses: {
      /** @description As of now. */
      200: {
        content: {
          "application/json": components["schemas"]["Server"];
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
      "5XX": components["responses"]["Problem"];
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
      "5XX": components["responses"]["Problem"];
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
      "5XX": components["responses"]["Problem"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Resets a session: clears positions, states, memory, counts and journal; scenarios stay active and switches on */
  resetSession: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
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
          /** @description Ids, or patterns with "*" for any characters. */
          scenarios: string[];
        };
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Deactivates one scenario, or all that were activated */
  deactivateScenarios: {
    parameters: {
      query?: {
        /** @description The scenario to deactivate, or a pattern with "*"; default: all. */
        scenario?: string;
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The switches of the session, in the order in which they were set */
  getSwitches: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description All of them. */
      200: {
        content: {
          "application/json": {
            switches: components["schemas"]["Switch"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Removes all switches of the session */
  removeSwitches: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Removes the switch of a target */
  removeSwitch: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        /** @description Everything ("*"), an API ("petstore"), or one of its operations ("petstore.getPet"). */
        target: string;
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * Sets or changes the switch of a target, and starts to count its calls
   * @description A JSON Merge Patch (RFC 7396) of the settings: null removes a member, and a switch that changes nothing is removed.
   * Replies and each aspect of a delivery come from the most specific switch that sets them. They take precedence over
   * scenarios; what a request asks for with Prefer takes precedence over them.
   *
   * A patch with `times` and what to change (`status`, `example`, `deliver` or `rate`) interrupts a switch that has no `times`:
   * that one holds for all other calls, as `otherwise` shows. A patch with `times` alone limits the switch itself.
   */
  changeSwitch: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        /** @description Everything ("*"), an API ("petstore"), or one of its operations ("petstore.getPet"). */
        target: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SwitchPatch"];
        "application/merge-patch+json": components["schemas"]["SwitchPatch"];
      };
    };
    responses: {
      200: components["responses"]["Session"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The time that the app under test sees */
  getClock: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Clock"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Shows real time again */
  resetClock: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Clock"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * Sets, advances, freezes or starts the clock of the session
   * @description The clock is set first, then advanced, then frozen or started. Templates, the field Date and rate limits follow it;
   * journals, delays and the end of idle sessions keep real time.
   */
  changeClock: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ClockPatch"];
      };
    };
    responses: {
      200: components["responses"]["Clock"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Sets the delivery (delay, rate, fault) of the switch of everything; null removes it */
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The resources that a stateful mock finds in the document, with the rules that found them */
  listResources: {
    parameters: {
      path: {
        api: components["parameters"]["ApiName"];
      };
    };
    responses: {
      /** @description All of them, and the operations that look like part of a resource and were not understood. */
      200: {
        content: {
          "application/json": components["schemas"]["StateResources"];
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** Generates a valid item of a resource; it is not stored */
  draftItem: {
    parameters: {
      query?: {
        /** @description Generates other values. */
        seed?: string;
      };
      path: {
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
      };
    };
    responses: {
      /** @description The item. */
      200: {
        content: {
          "application/json": {
            /** @description Valid if the generator finds such a value. */
            value: unknown;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** How many items the session stores for each resource */
  countItems: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description The resources of all APIs. */
      200: {
        content: {
          "application/json": {
            /** @description The APIs that answer from stored items in this session. */
            on: string[];
            resources: {
                api: string;
                name: string;
                items: number;
              }[];
            /** @description Number of items. */
            entries: number;
            /** @description About what the items keep in memory. */
            bytes: number;
            limits: {
              stateEntries: number;
              stateBytes: number;
            };
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * A snapshot of the stored items
   * @description Placeholders are in the places of secrets unless `keep-secrets` is true.
   */
  getState: {
    parameters: {
      query?: {
        api?: components["parameters"]["StateOfApi"];
        /** @description True: secrets are written as they are stored. */
        "keep-secrets"?: boolean;
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description The snapshot. */
      200: {
        content: {
          "application/json": components["schemas"]["StateSnapshot"];
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * Replaces the items of each resource that the snapshot names
   * @description What the schema of an item rejects is listed, and stored all the same. Responses leave it out.
   */
  loadState: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["StateSnapshot"];
      };
    };
    responses: {
      /** @description The items are replaced. */
      200: {
        content: {
          "application/json": {
            /** @description Number of items of the snapshot. */
            loaded: number;
            /** @description Number of items of the session. */
            entries: number;
            bytes: number;
            findings: components["schemas"]["ItemFinding"][];
            /** @description Number of findings beyond the first 100. */
            moreFindings: number;
          };
        };
      };
      507: components["responses"]["Problem"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Removes the stored items, so that the session has its seeds again */
  resetState: {
    parameters: {
      query?: {
        api?: components["parameters"]["StateOfApi"];
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description Reset. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** A page of the items of a resource, in the order in which they were added */
  listItems: {
    parameters: {
      query?: {
        /** @description Number of items to skip. */
        offset?: number;
        /** @description At most 1000. */
        limit?: number;
        parent?: components["parameters"]["Parent"];
      };
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
      };
    };
    responses: {
      /** @description The page. Placeholders are in the places of secrets. */
      200: {
        content: {
          "application/json": {
            /** @description Number of items that could be listed. */
            total: number;
            offset: number;
            items: components["schemas"]["StoredItem"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** One item */
  getItem: {
    parameters: {
      query?: {
        parent?: components["parameters"]["Parent"];
      };
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
        /** @description The id of the item. */
        item: string;
      };
    };
    responses: {
      /** @description The item. */
      200: {
        content: {
          "application/json": components["schemas"]["StoredItem"];
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * Creates an item, or replaces its value
   * @description A placeholder in the place of a secret leaves the secret as it is.
   */
  putItem: {
    parameters: {
      query?: {
        parent?: components["parameters"]["Parent"];
        /** @description True: the item is stored even if its schema rejects it. Responses leave out what is rejected. */
        "keep-invalid"?: boolean;
      };
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
        /** @description The id of the item. */
        item: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description The changed item. */
      200: {
        content: {
          "application/json": components["schemas"]["StoredItem"];
        };
      };
      /** @description The new item. */
      201: {
        content: {
          "application/json": components["schemas"]["StoredItem"];
        };
      };
      507: components["responses"]["Problem"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Removes an item */
  deleteItem: {
    parameters: {
      query?: {
        parent?: components["parameters"]["Parent"];
      };
      path: {
        id: components["parameters"]["SessionId"];
        api: components["parameters"]["ApiName"];
        resource: components["parameters"]["ResourceName"];
        /** @description The id of the item. */
        item: string;
      };
    };
    responses: {
      /** @description Removed. */
      204: {
        content: never;
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The exchanges of the session, redacted */
  getJournal: {
    parameters: {
      query?: {
        /** @description true: one ExchangeSummary for each exchange, without headers and bodies. */
        summary?: boolean;
        after?: components["parameters"]["After"];
        before?: components["parameters"]["Before"];
        limit?: components["parameters"]["Limit"];
        api?: components["parameters"]["OfApi"];
        operation?: components["parameters"]["OfOperation"];
        status?: components["parameters"]["OfStatus"];
        verdict?: components["parameters"]["OfVerdict"];
        failed?: components["parameters"]["Failed"];
        text?: components["parameters"]["Text"];
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description The stored entries that pass all filters, oldest first. */
      200: {
        content: {
          "application/json": {
            /** @description Number of older entries that were dropped. */
            dropped: number;
            /** @description Number of exchanges that were answered and never reached the journal, because their replica or the store ended before. Absent if there are none. */
            lost?: number;
            entries: (components["schemas"]["Entry"] | components["schemas"]["ExchangeSummary"])[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** One journal entry */
  getExchange: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** One exchange as an HTTP Archive */
  getExchangeAsHar: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
    responses: {
      200: components["responses"]["Har"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** One exchange as a self-contained HTML file for a bug report */
  getEvidence: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
    responses: {
      /** @description Request, response, findings, and why the request got this response. */
      200: {
        content: {
          "text/html": string;
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** Generates a scenario that replies as in the exchange; it is not saved */
  createScenarioText: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
        exchange: components["parameters"]["ExchangeId"];
      };
    };
    responses: {
      /** @description The text of the file. */
      200: {
        content: {
          "application/json": {
            /** @description YAML. */
            text: string;
            /** @description Such as "petstore/recorded-getPet-404"; no scenario has this id. */
            suggestedId: string;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** One journal entry, in whichever session it is */
  getExchangeOfAnySession: {
    parameters: {
      path: {
        exchange: components["parameters"]["ExchangeId"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The journal as an HTTP Archive */
  getJournalAsHar: {
    parameters: {
      query?: {
        after?: components["parameters"]["After"];
        before?: components["parameters"]["Before"];
        limit?: components["parameters"]["Limit"];
        api?: components["parameters"]["OfApi"];
        operation?: components["parameters"]["OfOperation"];
        status?: components["parameters"]["OfStatus"];
        verdict?: components["parameters"]["OfVerdict"];
        failed?: components["parameters"]["Failed"];
        text?: components["parameters"]["Text"];
      };
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      200: components["responses"]["Har"];
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** The journal as NDJSON, one entry per line */
  getJournalAsNdjson: {
    parameters: {
      query?: {
        after?: components["parameters"]["After"];
        before?: components["parameters"]["Before"];
        limit?: components["parameters"]["Limit"];
        api?: components["parameters"]["OfApi"];
        operation?: components["parameters"]["OfOperation"];
        status?: components["parameters"]["OfStatus"];
        verdict?: components["parameters"]["OfVerdict"];
        failed?: components["parameters"]["Failed"];
        text?: components["parameters"]["Text"];
      };
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
      "5XX": components["responses"]["Problem"];
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
            details: components["schemas"]["OperationCalls"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /** What the session tried of each operation, and which response is in force */
  listSessionOperations: {
    parameters: {
      path: {
        id: components["parameters"]["SessionId"];
      };
    };
    responses: {
      /** @description All operations, in the order of the documents. */
      200: {
        content: {
          "application/json": {
            operations: components["schemas"]["SessionOperation"][];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
    };
  };
  /**
   * Checks a recording against the served documents, like "deadringer check"
   * @description The body is a recording in any format that the command reads, also as .gz or .zip. It is checked while it arrives, so the progress of the upload is that of the check. At most two recordings are checked at the same time.
   */
  checkRecording: {
    parameters: {
      query?: {
        /**
         * @description Report formats, separated by commas: those of the command, and "view". One: the response is that report. Several: an object with one member for each.
         * @example json,html
         */
        format?: string;
        /** @description Only the document of this API; may be repeated. */
        api?: string[];
        /** @description Where the traffic was recorded, as in "deadringer check --server"; may be repeated. */
        server?: string[];
        /** @description Whose violations fail the check. */
        side?: "both" | "client" | "provider";
        /** @description The name of the file in the report. */
        name?: string;
      };
    };
    requestBody: {
      content: {
        "*/*": unknown;
      };
    };
    responses: {
      /** @description The report, in the format that was asked for. */
      200: {
        content: {
          "application/json": components["schemas"]["CheckReports"] | components["schemas"]["ReportView"] | external["../../check/report.schema.json"];
          "text/html": string;
          "text/plain": string;
          "text/markdown": string;
          "application/xml": unknown;
          "application/sarif+json": {
            [key: string]: unknown;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The JSON Schema of a report */
  getReportSchema: {
    responses: {
      /** @description JSON Schema 2020-12. */
      200: {
        content: {
          "application/json": {
            [key: string]: unknown;
          };
        };
      };
      "4XX": components["responses"]["Problem"];
    };
  };
  /** The JSON Schema of the expectations of a verification */
  getExpectationsSchema: {
    responses: {
      /** @description JSON Schema 2020-12. */
      200: {
        content: {
          "application/json": {
            [key: string]: unknown;
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
            /** @description Those of the failures that are about operations which no document declares. */
            unknownOperations: string[];
            /** @description Requests that match no operation. */
            unmatched: string[];
            /** @description Scenario rules that never applied. */
            unused: string[];
          };
        };
      };
      "4XX": components["responses"]["Problem"];
      "5XX": components["responses"]["Problem"];
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
        api?: components["parameters"]["OfApi"];
        operation?: components["parameters"]["OfOperation"];
        status?: components["parameters"]["OfStatus"];
        verdict?: components["parameters"]["OfVerdict"];
        failed?: components["parameters"]["Failed"];
        text?: components["parameters"]["Text"];
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
      "5XX": components["responses"]["Problem"];
    };
  };
}

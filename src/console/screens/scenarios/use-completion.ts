// What completes a scenario: the JSON Schema of scenarios, and the operations of the document.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ControlFailure, control } from '../../client.ts';
import { type Api, apis } from '../../state.ts';
import { type Completion, completeScenario, type JsonSchema, type OperationParameter } from './complete.ts';

const NO_OPERATIONS: Api['operations'] = [];

let schemaRead: Promise<JsonSchema> | undefined;

export function useCompletion(
  api: string,
): (text: string, cursor: number) => Promise<Completion | undefined> {
  const [schema, setSchema] = useState<JsonSchema>({});
  useEffect(() => {
    schemaRead ??= control('get', '/scenarios/schema.json') as Promise<JsonSchema>;
    schemaRead.then(setSchema, () => {
      // Without the schema the names of the document are completed, and the next editor asks again.
      schemaRead = undefined;
    });
  }, []);
  const operations = apis.value?.find(({ name }) => name === api)?.operations ?? NO_OPERATIONS;
  // The answers hold for one state of the documents: a reload replaces `operations`.
  const readParameters = useMemo(() => {
    const answers = new Map<string, Promise<readonly OperationParameter[]>>();
    return (operation: string) => {
      const answer =
        answers.get(operation) ??
        control('get', '/apis/{api}/operations/{operation}', { path: { api, operation } }).then(
          ({ parameters }) => parameters,
          (error: unknown) => {
            // The next completion asks again.
            answers.delete(operation);
            if (!(error instanceof ControlFailure)) throw error;
            return [];
          },
        );
      answers.set(operation, answer);
      return answer;
    };
  }, [api, operations]);
  return (text, cursor) => completeScenario(text, cursor, schema, operations, readParameters);
}

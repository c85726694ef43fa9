// What completes a scenario: the JSON Schema of scenarios, and the operations of the document.
import { useEffect, useState } from 'preact/hooks';
import { control } from '../../client.ts';
import { apis } from '../../state.ts';
import { type Completion, completeScenario, type JsonSchema } from './complete.ts';

let schemaRead: Promise<JsonSchema> | undefined;

export function useCompletion(api: string): (text: string, cursor: number) => Completion | undefined {
  const [schema, setSchema] = useState<JsonSchema>({});
  useEffect(() => {
    schemaRead ??= control('get', '/scenarios/schema.json') as Promise<JsonSchema>;
    schemaRead.then(setSchema, () => {
      // Without the schema the names of the document are completed, and the next editor asks again.
      schemaRead = undefined;
    });
  }, []);
  const operations = apis.value?.find(({ name }) => name === api)?.operations ?? [];
  return (text, cursor) => completeScenario(text, cursor, schema, operations);
}

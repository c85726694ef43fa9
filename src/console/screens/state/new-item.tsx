// A new item of a resource, drafted from its schema.
import { useEffect, useState } from 'preact/hooks';
import { ControlFailure, type Schema } from '../../client.ts';
import { Failure } from '../../parts/page.tsx';
import { parseShown, putItem, type ResourceKey, readDraft } from './item-data.ts';
import { ItemEditor } from './item-editor.tsx';

interface NewItemProps {
  readonly resource: ResourceKey;
  readonly description: Schema<'StateResource'>;
  /** Ids that are shown beside it. */
  readonly taken: readonly string[];
  /** Generates other values. */
  readonly seed: string;
  readonly onClose: () => void;
  readonly onStored: (id: string, parents: readonly string[]) => void;
}

export function NewItem({ resource, description, taken, seed, onClose, onStored }: NewItemProps) {
  const { idProperty, parents: parentNames } = description;
  const [draft, setDraft] = useState<string>();
  const [failure, setFailure] = useState<ControlFailure>();
  const [id, setId] = useState('');
  const [parents, setParents] = useState<readonly string[]>(parentNames.map(() => ''));
  useEffect(() => {
    readDraft(resource, seed).then(
      text => setDraft(withFreeId(text, idProperty, taken)),
      (error: ControlFailure) => {
        // The document declares no item: the page begins with an empty one.
        if (error.code === 'no-such-control') setDraft('{}');
        else setFailure(error);
      },
    );
  }, []);
  if (failure !== undefined) return <Failure error={failure} />;
  if (draft === undefined) return null;
  const store = async (text: string, keepInvalid: boolean): Promise<void> => {
    const itemId = idProperty === undefined ? id : idOf(text, idProperty);
    if (itemId === '')
      throw new ControlFailure(
        'no-id',
        idProperty === undefined ? 'The item needs an id' : `The item needs an id in "${idProperty}"`,
      );
    await putItem({ ...resource, id: itemId, parents }, text, keepInvalid);
    onStored(itemId, parents);
  };
  return (
    <ItemEditor label="New item" text={draft} action="Create" store={store} onCancel={onClose}>
      {parentNames.map((name, index) => (
        <label key={name} class="field">
          {name}
          <input
            required
            value={parents[index]}
            onInput={({ currentTarget }) => setParents(parents.with(index, currentTarget.value))}
          />
        </label>
      ))}
      {idProperty === undefined && (
        <label class="field">
          Id
          <input required value={id} onInput={({ currentTarget }) => setId(currentTarget.value)} />
        </label>
      )}
    </ItemEditor>
  );
}

function idOf(text: string, idProperty: string): string {
  const value = parseShown(text) as Record<string, unknown> | null;
  const id = value?.[idProperty];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/** A number that is greater than those of the items that are shown, in the place of a drafted number. */
function withFreeId(text: string, idProperty: string | undefined, taken: readonly string[]): string {
  const numbers = taken.filter(id => /^\d+$/.test(id)).map(BigInt);
  if (idProperty === undefined) return text;
  const largest = numbers.reduce((left, right) => (left > right ? left : right), 0n);
  const line = `  ${JSON.stringify(idProperty)}: `;
  return text
    .split('\n')
    .map(each =>
      each.startsWith(line) && /: -?\d+,?$/.test(each)
        ? each.replace(/-?\d+(,?)$/, `${largest + 1n}$1`)
        : each,
    )
    .join('\n');
}

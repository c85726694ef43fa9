// Reads and writes XML as a tree of elements.
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { isObject } from './json.ts';

export interface XmlElement {
  /** As written, with the prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly in the element. */
  readonly text: string;
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

const OPTIONS = { preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', textNodeName: TEXT };

const PARSER = new XMLParser({
  ...OPTIONS,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

const BUILDER = new XMLBuilder({ ...OPTIONS, suppressEmptyNode: true });

/** @returns the root element, or why the text is not XML; the reason quotes nothing of the text */
export function parseXml(text: string): XmlElement | string {
  const valid = XMLValidator.validate(text);
  if (valid !== true) return `it is not XML: the error is at line ${valid.err.line}, column ${valid.err.col}`;
  let nodes: unknown;
  try {
    nodes = PARSER.parse(text);
  } catch {
    return 'it is not XML, is nested too deeply, or has too many entities';
  }
  const [root] = elementsOf(nodes);
  return root ?? 'it is not XML: it has no element';
}

function elementsOf(nodes: unknown): XmlElement[] {
  return (Array.isArray(nodes) ? nodes : []).flatMap((node: unknown) => {
    const [name, content] =
      Object.entries(isObject(node) ? node : {}).find(([key]) => key !== ATTRIBUTES) ?? [];
    if (name === undefined || name === TEXT) return [];
    const attributes = isObject(node) && isObject(node[ATTRIBUTES]) ? node[ATTRIBUTES] : {};
    const texts = (Array.isArray(content) ? content : []).map((inner: unknown) =>
      isObject(inner) && inner[TEXT] !== undefined ? String(inner[TEXT]) : '',
    );
    return {
      name,
      attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
      children: elementsOf(content),
      text: texts.join(''),
    };
  });
}

/** Writes the element with an XML declaration. Characters that XML does not allow in names and text are replaced. */
export function writeXmlElement(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${BUILDER.build([nodeOf(root)])}`;
}

function nodeOf({ name, attributes, children, text }: XmlElement): Record<string, unknown> {
  return {
    [xmlName(name)]: [...(text === '' ? [] : [{ [TEXT]: xmlText(text) }]), ...children.map(nodeOf)],
    [ATTRIBUTES]: Object.fromEntries([...attributes].map(([key, value]) => [xmlName(key), xmlText(value)])),
  };
}

function xmlName(name: string): string {
  const valid = name.replace(/[^\p{L}\p{N}_.:-]/gu, '_');
  return /^[\p{L}_]/u.test(valid) ? valid : `_${valid}`;
}

/** XML 1.0 section 2.2. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const MEMBER_BUILDER = new XMLBuilder({});

/** Writes an object as elements that have the names of its members, without a declaration. */
export function writeXmlMembers(value: Readonly<Record<string, unknown>>): string {
  return MEMBER_BUILDER.build(value);
}

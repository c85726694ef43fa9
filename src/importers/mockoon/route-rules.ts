// The rules of one Mockoon route, by the mode in which it chooses among its responses.
import type { JsonObject } from '../../exchange/json.ts';
import { below, placedObjects } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportedReply, ImportedRule, ImportPlace } from '../model.ts';
import type { PathPattern } from '../path-pattern.ts';
import { type ResponseContext, readRouteResponse } from './response.ts';
import { type RuleContext, readRules } from './rules.ts';

interface RouteTarget {
  readonly methods: readonly string[];
  readonly path: PathPattern;
}

export function routeRules(
  route: JsonObject,
  place: ImportPlace,
  target: RouteTarget,
  name: string,
  context: ResponseContext,
  bucket: (name: string) => unknown,
): ImportedRule[] {
  const names = target.path.segments.map(segment => ('name' in segment ? segment.name : undefined));
  const own: ResponseContext = { ...context, templates: { ...context.templates, names } };
  const responses = placedObjects(route.responses, below(place, 'responses'));
  const countKey = `requests of ${name}`;
  const choiceKey = `choice of ${name}`;
  const replyOf = ([response, at]: readonly [JsonObject, ImportPlace]): ImportedReply | undefined =>
    context.losses.attempt(at, () => readRouteResponse(response, at, own));
  const rule = (reply: ImportedReply | undefined, more: Partial<ImportedRule> = {}): ImportedRule[] =>
    reply === undefined ? [] : [{ ...target, when: {}, reply: [reply], place, ...more }];
  const usual = responses.find(([{ default: isDefault }]) => isDefault === true) ?? responses[0];
  switch (route.responseMode) {
    case 'SEQUENTIAL': {
      const replies = responses.map(replyOf).filter(each => each !== undefined);
      // biome-ignore lint/suspicious/noThenProperty: a key of the file format; its value is a string, so it is no thenable
      return replies.length === 0 ? [] : [{ ...target, when: {}, reply: replies, then: 'loop', place }];
    }
    case 'RANDOM': {
      // A choice is made for the next request, because conditions see what was remembered before.
      const choose = `{{ random | times: ${responses.length} | floor }}`;
      return [
        ...(responses.length > 1
          ? [{ ...target, when: {}, reply: [], remember: { [choiceKey]: choose }, place }]
          : []),
        ...responses
          .slice(1)
          .flatMap((each, index) => rule(replyOf(each), { when: { memory: { [choiceKey]: index + 1 } } })),
        ...(responses[0] === undefined ? [] : rule(replyOf(responses[0]))),
      ];
    }
    case 'DISABLE_RULES':
      return usual === undefined ? [] : rule(replyOf(usual));
    default: {
      const ruleContext: RuleContext = { path: target.path, countKey, bucket };
      const conditional = responses.flatMap(each =>
        conditionalRules(each, target, ruleContext, context.losses, replyOf),
      );
      const isCounted = conditional.some(({ when }) => when.memory !== undefined);
      const count = `{{ memory["${countKey}"] | default: 0 | plus: 1 }}`;
      return [
        ...(isCounted ? [{ ...target, when: {}, reply: [], remember: { [countKey]: count }, place }] : []),
        ...conditional,
        ...(route.responseMode === 'FALLBACK' || usual === undefined ? [] : rule(replyOf(usual))),
      ];
    }
  }
}

/** One rule, or one for each alternative. */
function conditionalRules(
  [response, place]: readonly [JsonObject, ImportPlace],
  target: RouteTarget,
  context: RuleContext,
  losses: LossList,
  replyOf: (response: readonly [JsonObject, ImportPlace]) => ImportedReply | undefined,
): ImportedRule[] {
  const rules = placedObjects(response.rules, below(place, 'rules')).map(
    ([rule, at]) => [rule, at.pointer.slice(place.pointer.length)] as const,
  );
  if (rules.length === 0) return [];
  const groups = response.rulesOperator === 'AND' ? [rules] : rules.map(each => [each]);
  const conditions = groups.flatMap(group => losses.attempt(place, () => readRules(group, context)) ?? []);
  if (conditions.length === 0) return [];
  const reply = replyOf([response, place]);
  if (reply === undefined) return [];
  return conditions.flatMap(({ when, methods = target.methods }) =>
    target.methods.length > 0 && !methods.every(each => target.methods.includes(each))
      ? []
      : [{ methods, path: target.path, when, reply: [reply], place }],
  );
}

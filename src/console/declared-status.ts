// Which declared response of an operation a status belongs to.

/** Its own, its range, or the default one; undefined: the status is off-contract. */
export function declaredStatus(statuses: readonly string[], status: number): string | undefined {
  const wanted = [String(status), `${Math.trunc(status / 100)}XX`, 'default'];
  return wanted.find(each => statuses.includes(each));
}

// The Lua scripts of the shared store. Each runs as one step, on keys of one slot.

/** The names of the stored tables of a session. Scripts begin with it. */
const TABLES_OF = `
local function tablesOf(head)
  local names = {}
  -- Of a key that is no hash the reply is an error, without fields.
  for _, field in ipairs(redis.pcall('HKEYS', head)) do
    if string.sub(field, 1, 2) == 't:' then table.insert(names, string.sub(field, 3)) end
  end
  return names
end
`;

/** Lets the keys of a session live longer, unless that was done lately; returns 1 if it did. Scripts that use a session begin with it. */
export const EXTEND = `${TABLES_OF}
local function extend(head, idle, keys, prefixOfTables)
  if redis.call('PTTL', head) >= idle - math.min(60000, idle / 10) then return 0 end
  redis.call('PEXPIRE', head, idle)
  for _, name in ipairs(tablesOf(head)) do table.insert(keys, prefixOfTables .. name) end
  for _, key in ipairs(keys) do redis.call('PEXPIRE', key, idle) end
  return 1
end
`;

/**
 * Commits a change of a session if nobody else changed it: writes, then publishes it to the other replicas.
 * KEYS: head, journal, counts, credentials. ARGV: expected version ("0": no session), channel, message, milliseconds until the keys
 * expire, time, prefix of the keys of tables, then commands: number of parts, name, key, arguments.
 * Replies {1, new version, 1 if the keys live longer now, 1 if the session is new} or {0, version}. A version is the time
 * of the store in microseconds, so that none is used twice: also if a session is deleted and created again, and if the store loses its
 * latest writes.
 */
export const COMMIT = `${EXTEND}
local version = redis.call('HGET', KEYS[1], 'v') or '0'
if version ~= ARGV[1] then return {0, version} end
local now = redis.call('TIME')
local next = string.format('%.0f', math.max(now[1] * 1000000 + now[2], tonumber(version) + 1))
local isNew = redis.call('HSETNX', KEYS[1], 'created', ARGV[5])
redis.call('HSET', KEYS[1], 'v', next)
local at = 7
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + count))
  at = at + count + 1
end
redis.call('PUBLISH', ARGV[2], next .. ' ' .. ARGV[3])
return {1, next, extend(KEYS[1], tonumber(ARGV[4]), {KEYS[2], KEYS[3], KEYS[4]}, ARGV[6]), isNew}
`;

/**
 * Reads a session: all of it, unless the reader has it at this version already.
 * KEYS: head. ARGV: version that the reader has, prefix of the keys of tables, key of the journal, key of the credentials.
 * Replies {fields of the head, length of the journal, number of credentials, tables as {name, fields}...}.
 */
export const LOAD = `${TABLES_OF}
local version = redis.call('HGET', KEYS[1], 'v')
local length = redis.call('XLEN', ARGV[3])
local credentials = redis.call('SCARD', ARGV[4])
if version and version == ARGV[1] then
  local names = {'v', 'created', 'used', 'calls', 'bound', 'recorded', 'dropped', 'epoch'}
  local values = redis.call('HMGET', KEYS[1], unpack(names))
  local known = {}
  for index, name in ipairs(names) do
    if values[index] then
      table.insert(known, name)
      table.insert(known, values[index])
    end
  end
  return {known, length, credentials}
end
local reply = {redis.call('HGETALL', KEYS[1]), length, credentials}
for _, name in ipairs(tablesOf(KEYS[1])) do
  table.insert(reply, {name, redis.call('HGETALL', ARGV[2] .. name)})
end
return reply
`;

/**
 * Deletes the keys of a session, and publishes it to the other replicas. KEYS: head, journal, counts, credentials. ARGV: channel, message, prefix
 * of the keys of tables. Replies 1 if the session existed.
 */
export const DELETE = `${TABLES_OF}
for _, name in ipairs(tablesOf(KEYS[1])) do redis.call('DEL', ARGV[3] .. name) end
local existed = redis.call('EXISTS', KEYS[1])
redis.call('DEL', unpack(KEYS))
redis.call('PUBLISH', ARGV[1], ARGV[2])
return existed
`;

/**
 * Registers a replica as live. KEYS: replicas, server. ARGV: replica, channel, message, "1" if it receives what is published, milliseconds
 * until others take it for gone, a new generation, milliseconds until the keys expire.
 * Replies {generation, live replicas...}. The generation changes when somebody empties the store.
 */
export const PING = `
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
if ARGV[4] == '1' then redis.call('ZADD', KEYS[1], at, ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at - 30 * tonumber(ARGV[5]))
redis.call('PEXPIRE', KEYS[1], ARGV[7])
redis.call('HSETNX', KEYS[2], 'generation', ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return {redis.call('HGET', KEYS[2], 'generation'), unpack(redis.call('ZRANGEBYSCORE', KEYS[1], at - tonumber(ARGV[5]), '+inf'))}
`;

// The Lua scripts of the journals of a shared store. Each runs as one step, on keys of one slot.

import { EXTEND } from './scripts.ts';

/**
 * Adds what a replica recorded: counts, and entries with the next sequence numbers. Drops the oldest entries beyond the limits.
 * KEYS: head, journal, counts. ARGV: replica, number of the batch, epoch ("": unknown), time, exchanges, calls, source of the session
 * ("": as before), dropped exchanges, limit of entries, limit of bytes, milliseconds until the keys expire, key of the credentials,
 * prefix of the keys of tables, number of counts, then counts as pairs of name and number, then entries as pairs of exchange id and text.
 * Replies {sequence number of the first entry, when the first entry of the session was added, 1 if the session is new}; a sequence
 * number of 0: the journal was cleared since. A batch that was added already gets its reply again.
 */
export const APPEND = `${EXTEND}
local head, journal = KEYS[1], KEYS[2]
local batches = 'w:' .. ARGV[1]
local number, first = string.match(redis.call('HGET', head, batches) or '', '^(%d+) (%d+)$')
if number and tonumber(number) >= tonumber(ARGV[2]) then
  return {first, redis.call('HGET', head, 'born') or '0', 0}
end
if ARGV[3] ~= '' and tonumber(ARGV[3]) < tonumber(redis.call('HGET', head, 'epoch') or '0') then
  return {'0', '0', 0}
end
local isNew = redis.call('HSETNX', head, 'created', ARGV[4])
-- Another replica may have added a later request already.
if tonumber(ARGV[4]) >= tonumber(redis.call('HGET', head, 'used') or '0') then
  redis.call('HSET', head, 'used', ARGV[4])
  if ARGV[7] ~= '' then redis.call('HSET', head, 'bound', ARGV[7]) end
end
local sequence = redis.call('HGET', head, 'seq')
if not sequence then
  local newest = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
  sequence = newest and string.match(newest[1], '^%d+') or '0'
  local now = redis.call('TIME')
  redis.call('HSET', head, 'born', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
end
sequence = tonumber(sequence)
local reply = string.format('%.0f', sequence + 1)
local entriesAt = 15 + 2 * tonumber(ARGV[14])
for at = 15, entriesAt - 1, 2 do
  redis.call('HINCRBY', KEYS[3], ARGV[at], ARGV[at + 1])
end
local bytes = tonumber(redis.call('HGET', head, 'bytes') or '0')
for at = entriesAt, #ARGV, 2 do
  sequence = sequence + 1
  bytes = bytes + #ARGV[at + 1]
  redis.call('XADD', journal, string.format('%.0f-0', sequence), 'x', ARGV[at], 'e', ARGV[at + 1])
end
local dropped = tonumber(ARGV[8])
local length = redis.call('XLEN', journal)
while length > tonumber(ARGV[9]) or (length > 1 and bytes > tonumber(ARGV[10])) do
  local oldest = redis.call('XRANGE', journal, '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', journal, oldest[1])
  bytes = bytes - #oldest[2][4]
  length = length - 1
  dropped = dropped + 1
end
redis.call('HSET', head, 'seq', string.format('%.0f', sequence), 'bytes', string.format('%.0f', bytes),
  batches, ARGV[2] .. ' ' .. reply)
redis.call('HINCRBY', head, 'recorded', ARGV[5])
redis.call('HINCRBY', head, 'calls', ARGV[6])
redis.call('HINCRBY', head, 'dropped', dropped)
extend(head, tonumber(ARGV[11]), {journal, KEYS[3], ARGV[12]}, ARGV[13])
for _, name in ipairs({journal, KEYS[3]}) do
  if redis.call('PTTL', name) == -1 then redis.call('PEXPIRE', name, redis.call('PTTL', head)) end
end
return {reply, redis.call('HGET', head, 'born'), isNew}
`;

/**
 * Announces entries to those that follow the journals. KEYS: events, sessions. ARGV: session, time of its use ("": as before), when
 * its first entry was added, milliseconds until the keys expire, length of the stream, sequence number of the first entry, then exchange ids.
 */
export const ANNOUNCE_ENTRIES = `
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[2], 'GT', ARGV[2], ARGV[1]) end
local sequence = tonumber(ARGV[6])
for at = 7, #ARGV do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*', 's', ARGV[1], 'b', ARGV[3],
    'n', string.format('%.0f', sequence + at - 7), 'x', ARGV[at])
end
for _, name in ipairs(KEYS) do redis.call('PEXPIRE', name, ARGV[4]) end
`;

/**
 * The exchanges of a journal, without their entries. KEYS: head, journal. ARGV: first and last sequence number.
 * Replies {when the first entry of the session was added, sequence number, exchange id ...}.
 */
export const EXCHANGES = `
local reply = {redis.call('HGET', KEYS[1], 'born') or '0'}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[2])) do
  table.insert(reply, string.match(entry[1], '^%d+'))
  table.insert(reply, entry[2][2])
end
return reply
`;

/** Finds an entry, from the newest on. KEYS: journal. ARGV: exchange id. Replies {sequence number, text}; nothing if there is none. */
export const FIND = `
local before = '+'
while true do
  local entries = redis.call('XREVRANGE', KEYS[1], before, '-', 'COUNT', 100)
  for _, entry in ipairs(entries) do
    if entry[2][2] == ARGV[1] then return {string.match(entry[1], '^%d+'), entry[2][4]} end
    before = '(' .. entry[1]
  end
  if #entries < 100 then return false end
end
`;

/** Arguments that Lua may unpack at once. */
const chunk = 1_000;

/**
 * One atomic step each; a view's three keys in the order values, order, positions. A view that exists has a field `~made` among its
 * positions, so that an empty view and one that is gone can be told apart.
 */
export const scripts = {
  /**
   * mustExist, then counts and flat pairs: expected positions ('' for none), new positions, entries to put; the rest is to be removed.
   * Answers `ok`, `gone`, or `moved` with source and the position found.
   */
  coxaCommit: {
    numberOfKeys: 3,
    lua: `
local values, order, positions = KEYS[1], KEYS[2], KEYS[3]
local at = 1
local function take() at = at + 1; return ARGV[at - 1] end
local mustExist, made = take(), take()
if mustExist == '1' and redis.call('EXISTS', positions) == 0 then return {'gone'} end
for _ = 1, tonumber(take()) do
  local source, expected = take(), take()
  local found = redis.call('HGET', positions, source) or ''
  if found ~= expected then return {'moved', source, found} end
end
redis.call('HSETNX', positions, '~made', made)
for _ = 1, tonumber(take()) do redis.call('HSET', positions, take(), take()) end
local puts = tonumber(take())
for from = 1, puts, ${chunk} do
  local pairs, members = {}, {}
  for _ = from, math.min(from + ${chunk - 1}, puts) do
    local key, value = take(), take()
    pairs[#pairs + 1] = key; pairs[#pairs + 1] = value
    members[#members + 1] = 0; members[#members + 1] = key
  end
  redis.call('HSET', values, unpack(pairs))
  redis.call('ZADD', order, unpack(members))
end
for from = at, #ARGV, ${chunk} do
  local to = math.min(from + ${chunk - 1}, #ARGV)
  redis.call('HDEL', values, unpack(ARGV, from, to))
  redis.call('ZREM', order, unpack(ARGV, from, to))
end
return {'ok'}`,
  },
  /** Keys of entries. Answers whether the view exists, then the values. */
  coxaGet: {
    numberOfKeys: 3,
    lua: `
local out = {redis.call('EXISTS', KEYS[3])}
for from = 1, #ARGV, ${chunk} do
  local some = redis.call('HMGET', KEYS[1], unpack(ARGV, from, math.min(from + ${chunk - 1}, #ARGV)))
  for i = 1, #some do out[#out + 1] = some[i] end
end
return out`,
  },
  /** Lower and upper bound as ZRANGEBYLEX writes them, limit, and '1' for the reverse. Answers whether the view exists, then keys and values in turn. */
  coxaList: {
    numberOfKeys: 3,
    lua: `
local out = {redis.call('EXISTS', KEYS[3])}
local found
if ARGV[4] == '1' then found = redis.call('ZREVRANGEBYLEX', KEYS[2], ARGV[2], ARGV[1], 'LIMIT', 0, ARGV[3])
else found = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3]) end
for from = 1, #found, ${chunk} do
  local to = math.min(from + ${chunk - 1}, #found)
  local some = redis.call('HMGET', KEYS[1], unpack(found, from, to))
  for i = 1, #some do out[#out + 1] = found[from + i - 1]; out[#out + 1] = some[i] end
end
return out`,
  },
  /**
   * The keys of a view, of the one that is to take its place ('1') or not ('0'), and of the name under which the old one is kept ('1') or not.
   * Answers its positions, or 'gone' when what is to take its place is not there.
   */
  coxaReplace: {
    numberOfKeys: 9,
    lua: `
if ARGV[1] == '1' and redis.call('EXISTS', KEYS[6]) == 0 then return {'gone'} end
local function move(from, to)
  redis.call('UNLINK', KEYS[to], KEYS[to + 1], KEYS[to + 2])
  for i = 0, 2 do
    if redis.call('EXISTS', KEYS[from + i]) == 1 then redis.call('RENAME', KEYS[from + i], KEYS[to + i]) end
  end
end
if ARGV[2] == '1' then move(1, 7) end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
if ARGV[1] ~= '1' then return {'ok'} end
move(4, 1)
return {'ok', unpack(redis.call('HGETALL', KEYS[3]))}`,
  },
} as const;

type Reply = (string | number | null)[];

/** What the scripts look like as commands of the client. */
export interface ScriptCommands {
  coxaCommit(...keysAndArguments: (string | number)[]): Promise<Reply>;
  coxaGet(...keysAndArguments: (string | number)[]): Promise<Reply>;
  coxaList(...keysAndArguments: (string | number)[]): Promise<Reply>;
  coxaReplace(...keysAndArguments: (string | number)[]): Promise<Reply>;
}

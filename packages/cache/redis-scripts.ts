import { dropsMax } from './store.ts';

// Each script is one step for all processes. `drops` is a sorted set of the dropped tags, each by when it was
// last dropped. Times are microseconds of Redis's clock, and never the same or earlier than one before: so a
// drop is later than all that was loaded before Redis lost its data, or went back to a backup of them.

const times = `
  local function edge(first)
    return redis.call('ZRANGE', KEYS[1], first, first, 'WITHSCORES')[2]
  end
  local function now()
    local clock = redis.call('TIME')
    return math.max(clock[1] * 1000000 + clock[2], (tonumber(edge(-1) or 0)) + 1)
  end
  local function text(time)
    return string.format('%.0f', time)
  end`;

/**
 * KEYS: drops, entries. ARGV: how long a claim lasts in ms, or 0. Answers with where the drops stand, then for
 * each entry its value, or 0 when there is none, or 1 when another has claimed it.
 */
export const findScript = `${times}
  local function isGood(since, tags)
    local oldest = edge(0)
    if not oldest or tonumber(since) < tonumber(oldest) then return false end
    for tag in string.gmatch(tags, '%S+') do
      local dropped = redis.call('ZSCORE', KEYS[1], tag)
      if dropped and tonumber(dropped) > tonumber(since) then return false end
    end
    return true
  end
  if not edge(-1) then redis.call('ZADD', KEYS[1], text(now()), '') end
  local answer = { text(tonumber(edge(-1))) }
  for index = 2, #KEYS do
    local entry = redis.call('HMGET', KEYS[index], 'value', 'since', 'tags')
    if entry[1] and isGood(entry[2], entry[3]) then
      answer[index] = entry[1]
    elseif ARGV[1] == '0' or redis.call('SET', KEYS[index] .. ':claim', '1', 'NX', 'PX', ARGV[1]) then
      answer[index] = 0
    else
      answer[index] = 1
    end
  end
  return answer`;

/** KEYS: entries. ARGV: where the drops stood, then for each entry its time to live in ms, tags and value. */
export const keepScript = `
  for index = 1, #KEYS do
    local at = (index - 1) * 3 + 2
    redis.call('HSET', KEYS[index], 'since', ARGV[1], 'tags', ARGV[at + 1], 'value', ARGV[at + 2])
    redis.call('PEXPIRE', KEYS[index], ARGV[at])
    redis.call('DEL', KEYS[index] .. ':claim')
  end`;

const move = `
  local function move(position)
    if position ~= '' and tonumber(position) > tonumber(redis.call('GET', KEYS[2]) or -1) then
      redis.call('SET', KEYS[2], position)
    end
  end`;

/** KEYS: drops, position. ARGV: the event's position or nothing, then tags. */
export const dropScript = `${times} ${move}
  local time = text(now())
  for index = 2, #ARGV do redis.call('ZADD', KEYS[1], time, ARGV[index]) end
  local over = redis.call('ZCARD', KEYS[1]) - ${dropsMax}
  if over > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1) end
  move(ARGV[1])`;

/**
 * KEYS: drops, position. ARGV: the position up to which we know of all drops, and whether one of them may be
 * missing here. Then, and when less is known here, all that is kept is dropped.
 */
export const resumeScript = `${times} ${move}
  if ARGV[2] == '1' or tonumber(redis.call('GET', KEYS[2]) or -1) < tonumber(ARGV[1]) then
    local time = text(now())
    redis.call('DEL', KEYS[1])
    redis.call('ZADD', KEYS[1], time, '')
    move(ARGV[1])
  end`;

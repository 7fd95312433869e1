-- Writes the current form of a message of a conversation.
--
-- KEYS[1]  prefix of the queue
-- ARGV     conversation, message, state, how long to keep it in ms, rows kept, conversations kept
-- answers  the conversation's new revision
-- O(log(rows) + log(conversations)), and at most 64 rows that are dropped
--
-- mr:<conversation>  messages by revision       mx:<conversation>  messages by the time they are dropped
-- ms:<conversation>  messages' states           mh:<conversation>  the newest revision, and the newest dropped
-- mc                 conversations by the time they were changed

local call = redis.call
local P, conversation, message = KEYS[1], ARGV[1], ARGV[2]
local rows, drops, states, head =
  P .. 'mr:' .. conversation, P .. 'mx:' .. conversation, P .. 'ms:' .. conversation, P .. 'mh:' .. conversation
local time = call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local keep = tonumber(ARGV[4])

local raw = call('GET', head)
local revision, dropped = 0, 0
if raw then
  revision, dropped = struct.unpack('<dd', raw)
else
  dropped = micros - 1 -- whatever was given out before is unknown now
end
revision = math.max(revision + 1, micros)

local function drop(name)
  dropped = math.max(dropped, tonumber(call('ZSCORE', rows, name) or 0))
  call('ZREM', rows, name)
  call('ZREM', drops, name)
  call('HDEL', states, name)
end

call('HSET', states, message, ARGV[3]) -- the first write: a full Redis refuses it, and nothing was done
call('ZADD', rows, revision, message)
call('ZADD', drops, now + keep, message)
for _, name in ipairs(call('ZRANGEBYSCORE', drops, '-inf', now, 'LIMIT', 0, 32)) do
  drop(name)
end
local extra = call('ZCARD', rows) - ARGV[5]
if extra > 0 then
  for _, name in ipairs(call('ZRANGE', rows, 0, math.min(extra, 32) - 1)) do
    drop(name)
  end
end
local life = keep
local last = call('ZREVRANGE', drops, 0, 0, 'WITHSCORES')
if last[2] then
  life = math.max(1, tonumber(last[2]) - now)
end
call('SET', head, struct.pack('<dd', revision, dropped), 'PX', life)
call('PEXPIRE', rows, life)
call('PEXPIRE', drops, life)
call('PEXPIRE', states, life)
local all = P .. 'mc'
call('ZADD', all, now, conversation)
local expired = call('PTTL', all)
if expired < life then
  call('PEXPIRE', all, life)
end
if call('ZCARD', all) > tonumber(ARGV[6]) then
  for _, name in ipairs(call('ZRANGE', all, 0, 7)) do
    if call('ZCARD', all) > tonumber(ARGV[6]) then
      call('ZREM', all, name)
      call('DEL', P .. 'mr:' .. name, P .. 'mx:' .. name, P .. 'ms:' .. name, P .. 'mh:' .. name)
    end
  end
end
call('PUBLISH', P .. 'timeline', conversation)
return revision

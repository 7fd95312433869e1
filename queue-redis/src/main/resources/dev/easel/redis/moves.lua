-- What acts do with jobs now and then: put one where it waits, queue what follows it, run its timer, tell of it.

local function write(J)
  call('SETRANGE', job_key(J.id), 0, packed(J))
end

local function line(J)
  return P .. (has(J, IN_FRONT) and 'f' or 'w' .. J.band) .. ':' .. J.lane .. '/' .. J.group
end

local function enter(J, state)
  J.state = state
  count(J, 1)
end

local function waits(J, ahead)
  if ahead then
    set(J, IN_FRONT)
  end
  enter(J, WAITING)
  call('ZADD', line(J), J.number, J.id)
  if J.expires > 0 and not has(J, CLAIMED) then
    timer(J, J.expires)
  else
    call('ZREM', P .. 't', J.id)
  end
end

local function is_due_at(J, state, at)
  enter(J, state)
  if J.expires > 0 and J.expires < at and not has(J, CLAIMED) then
    at = J.expires
  end
  timer(J, at)
end

-- What a group was charged for work that was not done.
local function give_back(J)
  if has(J, CHARGED) then
    local at = G_CLOCK + J.band
    J.G[at] = J.G[at] - J.cost / J.G[WEIGHT]
    clear(J, CHARGED)
  end
end

local function reason(code, detail)
  return pack('<BBc0', 2, #code, code) .. detail
end

-- Queues what follows J; its record is new, or that of a follow-up of the same job before it was revived.
local function follow(J)
  local id = J.id .. '~then'
  local before = call('GETRANGE', job_key(id), 0, HEADER_SIZE - 1)
  local F = { id = id, lane = J.then_lane, group = J.then_group, token = 0 }
  if #before > 0 then
    header(F, before) -- its tokens go on rising
    call('ZREM', P .. 'd:' .. F.lane, id)
  end
  F.L = lane(F.lane)
  F.G = group(F.L, F.group)
  F.L[SEQUENCE] = F.L[SEQUENCE] + 1
  F.flags, F.band, F.max, F.spent, F.bytes, F.number, F.cost, F.expires, F.settled, F.kind, F.worker =
    FOLLOWS, FOLLOW_UP_BAND, FOLLOW_UP_ATTEMPTS, 0, J.bytes, F.L[SEQUENCE], 1, 0, 0, 0, NOBODY
  F.L[L_BYTES] = F.L[L_BYTES] + F.bytes
  waits(F)
  call('SET', job_key(id),
    packed(F) .. pack(META, #F.lane, F.lane, #F.group, F.group, 0, '', 0, '', 0, '', 0))
end

local buried = 0

-- Puts a failed job among the dead letters, as of a time or of now: who fails later in the same act comes after.
local function bury(J, at)
  if not at then
    at = MICROS + buried
    buried = buried + 1
  end
  local key, remember = P .. 'd:' .. J.lane, lane(J.lane)[REMEMBER]
  if has(J, PENDING) then
    call('ZADD', P .. 'h:' .. J.lane, at, J.id)
    call('ZREM', key, J.id) -- where an earlier life of its id may have left it
  elseif remember >= 1 then
    call('ZADD', key, at, J.id)
    if call('PTTL', key) < remember then
      call('PEXPIRE', key, remember)
    end
  end
end

-- What follows the header in the record of an ended job, without its body.
local function without_body(J)
  return string.sub(J.raw, HEADER_SIZE + 1, J.at - 5) .. '\0\0\0\0' .. string.sub(J.raw, J.at + J.blob)
end

-- The follow-up F has ended: what it followed may be forgotten. Its body stays if one of them can be revived.
local function let_go(F)
  local J = load(string.sub(F.id, 1, -6))
  if J and has(J, PENDING) then
    clear(J, PENDING)
    local L = lane(J.lane)
    if L[REMEMBER] < 1 then
      call('DEL', job_key(J.id))
    elseif J.state == FAILED or F.state == FAILED then
      write(J)
      call('PEXPIRE', job_key(J.id), L[REMEMBER])
    else
      call('SET', job_key(J.id), packed(J) .. without_body(J), 'PX', L[REMEMBER])
    end
    if J.state == FAILED then
      local at = call('ZSCORE', P .. 'h:' .. J.lane, J.id)
      if at then
        call('ZREM', P .. 'h:' .. J.lane, J.id)
        bury(J, at)
        trim_dead(L)
      end
    end
  end
end

-- Whether what stands among the dead letters of a lane is one: its id may be forgotten, or used again since.
local function is_letter(J, L)
  return J and J.state == FAILED and J.lane == L.name and not has(J, PENDING)
end

-- Drops dead letters that are forgotten, and the oldest above the lane's cap.
local function trim_dead(L)
  local key = P .. 'd:' .. L.name
  local extra = call('ZCARD', key) - L[MAX_DEAD]
  if extra < 1 and #call('ZRANGEBYSCORE', key, '-inf', MICROS - L[REMEMBER] * 1000, 'LIMIT', 0, 1) == 0 then
    return
  end
  for _, id in ipairs(call('ZRANGE', key, 0, DUE - 1)) do
    local J = load(id)
    if not is_letter(J, L) then
      call('ZREM', key, id)
      extra = extra - 1
    elseif extra > 0 then
      call('ZREM', key, id)
      extra = extra - 1
      call('SET', job_key(id), packed(J) .. without_body(J), 'KEEPTTL')
    end
  end
end

-- Whether a job whose end was asked for has nothing that its provider would have to undo.
local function ends_now(J)
  return has(J, CANCEL_ASKED) and band(J.flags, CHECKPOINT + WAS_PARKED) == 0
end

-- Puts a job that is not worked on to where it waits; one whose end was asked for ends, or comes back at once.
local function set_down(J, state, at)
  if state == PARKED then
    set(J, WAS_PARKED)
  end
  if ends_now(J) then
    finish(J, CANCELLED, reason('cancelled', ''))
    return
  end
  if has(J, CANCEL_ASKED) then
    waits(J, true)
  elseif state == WAITING then
    waits(J, at == 'front')
  else
    is_due_at(J, state, at)
  end
  write(J)
  tell(J)
end

-- Counts the attempt; whether it was the last.
local function spend(J)
  J.spent = J.spent + 1
  set(J, COUNTED)
  return J.spent >= J.max
end

local function lapse(J)
  leave(J)
  J.L[RECLAIMED] = J.L[RECLAIMED] + 1
  if spend(J) then
    if has(J, CANCEL_ASKED) then
      finish(J, CANCELLED, reason('cancelled', ''))
    else
      finish(J, FAILED, reason('lease-lost', 'the last lease ran out'))
    end
  else
    set(J, LAPSED)
    set_down(J, WAITING)
  end
end

local function expire(J)
  leave(J)
  finish(J, EXPIRED, reason('expired', 'never claimed within its time to live'))
end

local function fire(J)
  if J.state == RUNNING then
    lapse(J)
  elseif J.state == PARKED then
    leave(J)
    waits(J, true)
    write(J)
    tell(J)
  elseif J.expires > 0 and J.expires <= NOW and not has(J, CLAIMED) then
    expire(J)
  elseif J.state == DELAYED then
    leave(J)
    waits(J)
    write(J)
    tell(J)
  else
    call('ZREM', P .. 't', J.id)
  end
end

local function millis_to_next()
  local next = call('ZRANGE', P .. 't', 0, 0, 'WITHSCORES')
  return next[2] and max(0, tonumber(next[2]) - NOW) or -1
end

-- What there is to know of a job: its record, progress, jobs ahead, live workers, running jobs, mean run time.
local function status(id)
  local J = load(id)
  if not J then
    return false
  end
  local L, ahead = lane(J.lane), 0
  if J.state == WAITING then
    local b = J.band
    local ready = P .. 'r' .. b .. ':' .. J.lane
    local rank = call('ZRANK', line(J), id) or 0
    if not has(J, IN_FRONT) then
      rank = rank + call('ZCARD', P .. 'f:' .. J.lane .. '/' .. J.group)
    end
    local groups = call('ZCARD', ready)
    ahead = math.min(max(0, L[L_WAIT + b] - 1), rank * max(1, groups) + (call('ZRANK', ready, J.group) or groups))
    for higher = 0, b - 1 do
      ahead = ahead + L[L_WAIT + higher]
    end
  end
  return {
    id, J.raw, has(J, PROGRESS) and call('GET', P .. 'p:' .. id) or '', ahead,
    call('ZCOUNT', P .. 'k:' .. J.lane, NOW - 60000, '+inf'), L[L_RUNNING], floor(L[RUN_TIME]),
  }
end


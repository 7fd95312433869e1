-- What acts do with jobs all the time: read one, take it out of its place, end it.

local function has(J, flag)
  return band(J.flags, flag) ~= 0
end

local function set(J, flag)
  J.flags = bit.bor(J.flags, flag)
end

local function clear(J, flags)
  J.flags = band(J.flags, bit.bnot(flags))
end

-- Header fields of a packed job, into J.
local function header(J, raw)
  J.state, J.flags, J.band, J.max, J.spent, J.bytes, J.number, J.token, J.cost, J.expires, J.settled, J.kind,
    J.worker = unpacked(HEADER, raw)
end

local function packed(J)
  return pack(HEADER, J.state, J.flags, J.band, J.max, J.spent, J.bytes, J.number, J.token, J.cost, J.expires,
    J.settled, J.kind, J.worker)
end

local function job_key(id)
  return P .. 'j:' .. id
end

local function load(id)
  local raw = call('GET', job_key(id))
  if not raw then
    return nil
  end
  local J = { -- all fields at once: a table that grows costs more
    id = id, raw = raw, L = false, G = false, at = 0, blob = 0, lane = '', group = '', dedup = '', then_lane = '',
    then_group = '', band = 0, state = 0, flags = 0, max = 0, spent = 0, bytes = 0, number = 0, token = 0, cost = 0,
    expires = 0, settled = 0, kind = 0, worker = '',
  }
  header(J, raw)
  J.lane, J.group, J.dedup, J.then_lane, J.then_group, J.blob, J.at = unpacked(META, raw, HEADER_SIZE + 1)
  return J
end

-- Brings lane and group along: whoever does is about to change the job.
local function take(id)
  local J = load(id)
  if J then
    J.L = lane(J.lane)
    J.G = group(J.L, J.group)
  end
  return J
end

local function tell(J)
  call('PUBLISH', P .. 'e:' .. J.id, '')
end

local function count(J, by)
  local L, G = J.L, J.G
  if J.state == WAITING then
    L[L_WAIT + J.band], G[G_WAIT + J.band] = L[L_WAIT + J.band] + by, G[G_WAIT + J.band] + by
    if has(J, IN_FRONT) then
      G[FRONTS] = G[FRONTS] + by
    end
  elseif J.state == DELAYED then
    L[L_DELAYED], G[G_DELAYED] = L[L_DELAYED] + by, G[G_DELAYED] + by
  elseif J.state == RUNNING then
    L[L_RUNNING], G[G_FLIGHT] = L[L_RUNNING] + by, G[G_FLIGHT] + by
  elseif J.state == PARKED then
    L[L_PARKED], G[G_FLIGHT] = L[L_PARKED] + by, G[G_FLIGHT] + by
  end
end

-- Takes a job out of the place that its state gives it, but not its timer.
local function leave(J)
  if J.state == WAITING then
    call('ZREM', line(J), J.id)
  end
  count(J, -1)
  clear(J, IN_FRONT)
end

-- Writes the record of an ended job: its body stays only if somebody may still need it.
local function write_ended(J, outcome)
  local stays = J.state == FAILED or has(J, PENDING)
  local value = packed(J)
    .. (stays and string.sub(J.raw, HEADER_SIZE + 1, J.at + J.blob - 1)
      or string.sub(J.raw, HEADER_SIZE + 1, J.at - 5) .. '\0\0\0\0')
    .. outcome
  if has(J, PENDING) then
    call('SET', job_key(J.id), value)
  elseif J.L[REMEMBER] >= 1 then
    call('SET', job_key(J.id), value, 'PX', J.L[REMEMBER])
  else
    call('DEL', job_key(J.id))
  end
end

-- Ends a job that has left its place.
local function finish(J, state, outcome)
  local L = J.L
  L[L_BYTES] = L[L_BYTES] - J.bytes
  L[L_ENDED + state] = L[L_ENDED + state] + 1
  call('ZREM', P .. 't', J.id)
  if has(J, CHECKPOINT) then
    call('DEL', P .. 'c:' .. J.id)
  end
  if has(J, PROGRESS) then
    call('DEL', P .. 'p:' .. J.id)
  end
  if J.dedup ~= '' and call('GET', P .. 'u:' .. J.dedup) == J.id then
    call('DEL', P .. 'u:' .. J.dedup)
  end
  clear(J, CHECKPOINT + PROGRESS + LAPSED + CANCEL_ASKED)
  J.state = state
  if J.then_lane ~= '' then
    moves()
    follow(J)
    set(J, PENDING)
  end
  write_ended(J, outcome)
  if state == FAILED then
    moves()
    bury(J)
    trim_dead(L)
  end
  if has(J, FOLLOWS) then
    moves()
    let_go(J)
  end
  tell(J)
end

-- Runs timers that are due, at most so many.
local function run_timers()
  if HEAD > NOW then
    return
  end
  moves()
  for _, id in ipairs(call('ZRANGEBYSCORE', P .. 't', '-inf', NOW, 'LIMIT', 0, DUE)) do
    local J = take(id)
    if J and J.state < SUCCEEDED then
      fire(J)
    else
      call('ZREM', P .. 't', id)
    end
  end
end

-- The job that a token holds, if it does. A lapsed one is taken back, unless its group's place in flight is gone.
-- The second answer is the job's record in any case, if there is one.
local function hold(id, token, needs_place)
  local J = take(id)
  if not J or J.token ~= token or token == J.settled then
    return nil, J
  end
  if J.state == RUNNING then
    return J
  end
  if J.state ~= WAITING or not has(J, LAPSED) or needs_place and not has_place(J.L, J.G) then
    return nil, J
  end
  moves()
  leave(J)
  J.spent = J.spent - 1
  clear(J, LAPSED + COUNTED)
  J.L[RECLAIMED] = J.L[RECLAIMED] - 1
  enter(J, RUNNING)
  timer(J, NOW + J.L[LEASE])
  write(J)
  return J
end


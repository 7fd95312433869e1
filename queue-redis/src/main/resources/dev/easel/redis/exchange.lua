-- Settles jobs, runs due timers of every lane, then claims.
--
-- KEYS[1]  prefix
-- ARGV     lane, how many to claim, worker's mark (4 bytes), worker's name or '' if it was seen just now,
--          then for each settlement: job, numbers (kind B, token d, a d, b d), outcome or ''
--          kinds: 1 done (real cost or -1), 2 failed (real cost or -1), 3 retry (after ms, 1 if it counts),
--          4 parked (check after ms), 5 released, 6 cancelled
-- answers  {'T' taken or 'L' lost for each settlement, ms until the next timer or -1, leases' end in ms,
--          {job, header, record, checkpoint or false, what it follows or false}...}
-- O((settlements + claims + 32 timers + 100 that are passed over) * log(jobs))

unlock()

local DONE, FAIL, RETRY, PARK, RELEASE = 1, 2, 3, 4, 5
local L = lane(ARGV[1])
local want, mark, worker = tonumber(ARGV[2]), ARGV[3], ARGV[4]

local function observe(J, real)
  local run = max(0, (MICROS - J.token) / 1000)
  J.L[RUN_TIME] = J.L[RUN_TIME] == 0 and run or J.L[RUN_TIME] * 0.9 + run * 0.1
  if real >= 0 then
    J.G[G_CLOCK + J.band] = J.G[G_CLOCK + J.band] + (real - J.cost) / J.G[WEIGHT]
  end
end

local function settle(id, numbers, outcome)
  local kind, token, a, b = unpacked('<Bddd', numbers)
  local J, other = hold(id, token, kind == PARK)
  if not J then
    return other and other.settled == token and other.kind == kind and 'T' or 'L'
  end
  leave(J)
  J.settled, J.kind = token, kind
  if kind > FAIL then
    moves()
  end
  if kind == DONE then
    observe(J, a)
    finish(J, SUCCEEDED, outcome)
  elseif kind == FAIL then
    observe(J, a)
    finish(J, FAILED, outcome)
  elseif kind == RETRY then
    if b == 1 then
      clear(J, CHARGED)
    else
      give_back(J)
    end
    if b == 1 and spend(J) then
      if has(J, CANCEL_ASKED) then
        finish(J, CANCELLED, reason('cancelled', ''))
      else
        finish(J, FAILED, outcome)
      end
    else
      set_down(J, a > 0 and DELAYED or WAITING, NOW + a)
    end
  elseif kind == PARK then
    set_down(J, PARKED, NOW + a)
  elseif kind == RELEASE then
    give_back(J)
    set_down(J, WAITING, 'front')
  else
    finish(J, CANCELLED, outcome)
  end
  return 'T'
end

local ORDER, LAST_FIRST = { 0, 1, 2, 3 }, { 3, 2, 1, 0 }
local empty = {}

-- Whose turn it is, and the clock of who comes next. Every 8th claim goes to the lowest band, so that it moves.
local function next_group()
  for _, b in ipairs(L[CLAIMS] % 8 == 7 and LAST_FIRST or ORDER) do
    if not empty[b] and L[L_WAIT + b] > 0 then
      local row = call('ZRANGE', P .. 'r' .. b .. ':' .. L.name, 0, 1, 'WITHSCORES')
      if row[1] then
        return row[1], b, tonumber(row[4]) or math.huge
      end
      empty[b] = true
    end
  end
end

local leases = {}

local function claim_from(G, b)
  local front = G[FRONTS] > 0
  local id = call('ZPOPMIN', P .. (front and 'f' or 'w' .. b) .. ':' .. L.name .. '/' .. G.name)[1]
  local raw = id and call('GET', job_key(id))
  local J = {
    id = id, band = b, state = 0, flags = 0, max = 0, spent = 0, bytes = 0, number = 0, token = 0, cost = 0,
    expires = 0, settled = 0, kind = 0, worker = mark,
  }
  if raw then
    header(J, raw)
    if J.expires > 0 and J.expires <= NOW and not has(J, CLAIMED) then
      moves() -- so many timers are due that its own has not had its turn
      expire(take(id))
      return nil
    end
  end
  b = J.band
  G[G_WAIT + b], L[L_WAIT + b] = G[G_WAIT + b] - 1, L[L_WAIT + b] - 1
  if front then
    G[FRONTS] = G[FRONTS] - 1
  end
  if not raw then
    return nil
  end
  local start = G[G_CLOCK + b]
  if not has(J, CHARGED) or has(J, LAPSED) then
    G[G_CLOCK + b] = start + J.cost / G[WEIGHT]
  end
  L[L_CLOCK + b] = max(L[L_CLOCK + b], start)
  L[CLAIMS], L[L_RUNNING], G[G_FLIGHT] = L[CLAIMS] + 1, L[L_RUNNING] + 1, G[G_FLIGHT] + 1
  if has(J, PROGRESS) then
    call('DEL', P .. 'p:' .. id)
  end
  clear(J, LAPSED + IN_FRONT + COUNTED + PROGRESS)
  set(J, CHARGED + CLAIMED)
  J.state, J.token, J.worker = RUNNING, max(J.token + 1, MICROS), mark
  local now = packed(J)
  call('SETRANGE', job_key(id), 0, now)
  local follows = has(J, FOLLOWS)
  local followed = follows and call('GET', job_key(string.sub(id, 1, -6)))
  if follows and not followed then -- a server that may drop keys dropped it
    moves()
    local F = take(id)
    leave(F)
    finish(F, FAILED, reason('forgotten', 'what it followed is gone'))
    return nil
  end
  leases[#leases + 1] = NOW + L[LEASE]
  leases[#leases + 1] = id
  tell(J)
  return { id, now, raw, has(J, CHECKPOINT) and call('GET', P .. 'c:' .. id), followed }
end

local answers, answer = {}, { '', -1, NOW + L[LEASE] }
for a = 5, #ARGV, 3 do
  answers[#answers + 1] = settle(ARGV[a], ARGV[a + 1], ARGV[a + 2])
end
answer[1] = table.concat(answers)
run_timers()

if want > 0 and L[PAUSED] == 0 then
  place_all()
  local left = false
  local tries = want + 100 -- some groups may be at a limit that was lowered, some jobs may be over
  while #answer < want + 3 and tries > 0 do
    tries = tries - 1
    local name, b, rival = next_group()
    if not name then
      break
    end
    local G = group(L, name)
    if open(L, G) and G[G_WAIT + b] > 0 then
      repeat
        local claimed = claim_from(G, b)
        answer[#answer + 1] = claimed
        tries = claimed and tries or tries - 1
      until tries < 1 or #answer >= want + 3 or G[G_CLOCK + b] >= rival or L[CLAIMS] % 8 == 7 or G[FRONTS] > 0
        or G[G_WAIT + b] < 1 or not open(L, G)
    else
      G.score[b] = G[G_CLOCK + b] -- it stands there, whatever its record says
    end
    place(L, G)
    left = rival < math.huge or G.score[b] ~= nil
  end
  if not left and #answer >= want + 3 then -- other bands were not looked at
    left = L[9] + L[10] + L[11] + L[12] > 0
  end
  if #leases > 0 then
    call('ZADD', P .. 't', unpack(leases))
  end
  L.ring = left
end
save_all()
if worker ~= '' then
  seen(L.name, worker)
end
if #answer == 3 then
  moves()
  answer[2] = millis_to_next()
end
return answer

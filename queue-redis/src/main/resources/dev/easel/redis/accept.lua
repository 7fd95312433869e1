-- Keeps new jobs, each with its own answer.
-- The only act that Redis refuses when it is full: its first write is a SET, and nothing was written before.
--
-- KEYS[1]  prefix
-- ARGV     for each job: id, lane, group, dedup key or '', lane of its follow-up or '', numbers (band B, max H,
--          bytes I4, cost d, delay d, time to live d; delays in ms), and what follows the header in its record
-- answers  for each job: 0 kept | its status | {1, holder} busy | {2, limit, retry after ms} full
-- O(jobs * log(waiting)); at most 1,000 jobs

local JOBS, BYTES, OF_GROUP, BACKEND = 0, 1, 2, 3
local answers, known, refused = {}, {}, false

local function full(L, limit)
  return { 2, limit, math.min(60000, max(1000, floor(L[RUN_TIME] / max(1, L[L_RUNNING])))) }
end

local function lane_limit_hit(L, bytes)
  if L[9] + L[10] + L[11] + L[12] + L[L_DELAYED] + L[L_RUNNING] + L[L_PARKED] >= L[MAX_JOBS] then
    return JOBS
  end
  return L[L_BYTES] + bytes > L[MAX_BYTES] and BYTES
end

local function limit_hit(L, G, bytes, then_lane)
  local hit = lane_limit_hit(L, bytes) or then_lane ~= '' and lane_limit_hit(lane(then_lane), bytes)
  if hit then
    return hit
  end
  if G[2] + G[3] + G[4] + G[5] + G[G_DELAYED] >= L[MAX_GROUP] then
    return OF_GROUP
  end
  return refused and BACKEND
end

if HEAD <= NOW then
  local full = redis.pcall('SET', P .. '-', '', 'PX', 1)
  if full.err then
    if not string.find(full.err, 'OOM', 1, true) then
      return full
    end
    refused = true
  else
    jobs()
    run_timers()
  end
end

local added = {} -- line -> what to ZADD

for a = 1, #ARGV, 7 do
  local id, L, dedup = ARGV[a], lane(ARGV[a + 1]), ARGV[a + 3]
  local G = group(L, ARGV[a + 2])
  local b, attempts, bytes, cost, delay, ttl = unpacked('<BHI4ddd', ARGV[a + 5])
  local limit = limit_hit(L, G, bytes, ARGV[a + 4])
  local holder = dedup ~= '' and call('GET', P .. 'u:' .. dedup)
  local answer
  if (limit or holder) and call('EXISTS', P .. 'j:' .. id) == 1 then
    answer = id
  elseif holder then
    answer = { 1, holder }
  elseif limit then
    answer = full(L, limit)
  else
    local number, expires = L[SEQUENCE] + 1, ttl > 0 and NOW + ttl or 0
    local state = delay > 0 and DELAYED or WAITING
    local set = redis.pcall('SET', P .. 'j:' .. id,
      pack(HEADER, state, 0, b, attempts, 0, bytes, number, 0, cost, expires, 0, 0, NOBODY) .. ARGV[a + 6], 'NX')
    if not set then
      answer = id
    elseif set.err then
      if not string.find(set.err, 'OOM', 1, true) then
        return set
      end
      refused = true
      answer = call('EXISTS', P .. 'j:' .. id) == 1 and id or full(L, BACKEND)
    else
      answer = 0
      L[SEQUENCE], L[L_BYTES] = number, L[L_BYTES] + bytes
      if dedup ~= '' then
        call('SET', P .. 'u:' .. dedup, id)
      end
      if delay > 0 then
        jobs()
        moves()
        is_due_at({ id = id, L = L, G = G, band = b, flags = 0, expires = expires }, DELAYED, NOW + delay)
      else
        L[L_WAIT + b], G[G_WAIT + b] = L[L_WAIT + b] + 1, G[G_WAIT + b] + 1
        local to = 'w' .. b .. ':' .. L.name .. '/' .. G.name
        local jobs = added[to]
        if not jobs then
          jobs = {}
          added[to] = jobs
        end
        jobs[#jobs + 1] = number
        jobs[#jobs + 1] = id
        if ttl > 0 then
          timer({ id = id, L = L }, expires)
        end
      end
    end
  end
  if answer == id then
    known[#known + 1] = #answers + 1
  end
  answers[#answers + 1] = answer
end

for to, jobs in pairs(added) do
  call('ZADD', P .. to, unpack(jobs))
end
if not refused then
  save_all()
end
if known[1] then
  jobs()
  moves()
end
for _, i in ipairs(known) do
  answers[i] = status(answers[i])
end
return answers

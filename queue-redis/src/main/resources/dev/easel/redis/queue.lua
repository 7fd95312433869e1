-- Lanes and groups; stands in front of every act on the queue, and after it jobs.lua and moves.lua. Above it stand
-- DEFAULT_POLICY, FOLLOW_UP_BAND and FOLLOW_UP_ATTEMPTS, as core has them.
--
-- Each call makes all its locals and functions anew, and that costs as much as commands do. So locals in capitals that
-- are set to plain values are written into the text where they are used, and the functions of moves.lua are made by
-- moves(), which whoever is about to use one calls first; in an act that calls jobs(), those of jobs.lua too.
--
-- KEYS[1]  easel:{queue}:  the prefix of all keys of a queue, so that they share its slot
--
-- l:<lane>                  policy and counters, packed          j:<job>  the job, packed
-- g:<lane>/<group>          the group's counts and clocks, packed   c:<job>  its checkpoint
-- w<band>:<lane>/<group>    a line: waiting jobs by number       p:<job>  its progress
-- f:<lane>/<group>          the front line: jobs that go ahead of the group's lines, whatever their bands
-- r<band>:<lane>            groups that may be served, by their clock
-- a:<lane>                  groups with jobs that have not ended
-- d:<lane>                  dead letters by time                 u:<key>  holder of a dedup key
-- h:<lane>                  dead letters that are held, since their follow-ups have not ended
-- k:<lane>                  workers by the time they were seen   b:<lane> bell: a token for one idle worker
-- t                         the next moment at which something happens to a job by itself, of all lanes
--
-- A group stands in r<band> exactly if a job of that band waits in its line or front line, it is not paused, and
-- fewer of its jobs than its limit are in flight; its score is its clock. Time is the server's.

local P = KEYS[1]
local call, pack, unpacked, band, floor, max = redis.call, struct.pack, struct.unpack, bit.band, math.floor, math.max

local time = call('TIME')
local MICROS = time[1] * 1000000 + time[2]
local NOW = floor(MICROS / 1000)

local WAITING, DELAYED, RUNNING, PARKED, SUCCEEDED, FAILED, CANCELLED, EXPIRED = 0, 1, 2, 3, 4, 5, 6, 7

-- flags of a job
local CANCEL_ASKED, CHECKPOINT, CHARGED, CLAIMED, FOLLOWS = 1, 2, 4, 8, 16
local PROGRESS = 32
local LAPSED = 64 -- its lease ran out; the last holder may still come back
local PENDING = 128 -- ended, its follow-up has not
local IN_FRONT = 256 -- stands in the front line
local WAS_PARKED = 512
local COUNTED = 1024 -- its last attempt is among the spent ones

-- fields of a lane
local PAUSED, MAX_JOBS, MAX_BYTES, MAX_GROUP, IN_FLIGHT, LEASE, REMEMBER, MAX_DEAD = 1, 2, 3, 4, 5, 6, 7, 8
local L_WAIT = 9 -- to 12, one for each band
local L_DELAYED, L_RUNNING, L_PARKED, L_BYTES, L_GROUPS = 13, 14, 15, 16, 17
local L_ENDED = 14 -- plus the state, 18 to 21
local RECLAIMED, SEQUENCE = 22, 23
local L_CLOCK = 24 -- to 27, one for each band
local CLAIMS, RUN_TIME, L_LAST = 28, 29, 29
local LANE = '<ddddddddddddddddddddddddddddd'

-- fields of a group
local G_FLIGHT = 1 -- in flight
local G_WAIT = 2 -- to 5
local G_DELAYED, FRONTS, GROUP_LIMIT, KEPT, PLACED, WEIGHT = 6, 7, 8, 9, 10, 11
local G_CLOCK, G_LAST = 12, 15 -- a clock for each band
local GROUP = '<I4I4I4I4I4I4I4I4BBddddd'
local HAS_POLICY, G_PAUSED = 1, 2 -- bits of KEPT

local HEADER = '<BHBHI4I4dddddBc4'
local HEADER_SIZE = 59
local META = '<Bc0Hc0Hc0Bc0Hc0I4'
local NOBODY = '\0\0\0\0'
local IDLE_CLOCK = 600000 -- how long an idle group's clock is remembered
local TICK = 5000 -- idle processes look at least this often
local DUE = 32 -- timers run by one act

local first = call('ZRANGE', P .. 't', 0, 0, 'WITHSCORES')
local HEAD = tonumber(first[2]) or math.huge

local lanes = {}

-- When Redis is full it refuses a script's first write if that takes memory; after any other write all pass.
local function unlock()
  call('DEL', P .. '-')
end

local function lane(name)
  local L = lanes[name]
  if not L then
    local raw = call('GET', P .. 'l:' .. name)
    if raw then
      L = { unpacked(LANE, raw) }
    else
      L = { 0, unpack(DEFAULT_POLICY) }
      for i = L_WAIT, L_LAST do
        L[i] = 0
      end
    end
    L.name, L.groups, L.ring, L.early = name, {}, false, false
    lanes[name] = L
  end
  return L
end

local function group(L, name)
  local G = L.groups[name]
  if not G then
    local raw = call('GET', P .. 'g:' .. L.name .. '/' .. name)
    G = raw and { unpacked(GROUP, raw) } or { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 }
    G.name = name
    G.busy = G[G_FLIGHT] + G[2] + G[3] + G[4] + G[5] + G[G_DELAYED] > 0
    G.score = {}
    for b = 0, 3 do
      if band(G[PLACED], 2 ^ b) ~= 0 then
        G.score[b] = G[G_CLOCK + b]
      end
    end
    L.groups[name] = G
  end
  return G
end

local function has_place(L, G)
  return G[G_FLIGHT] < (G[GROUP_LIMIT] > 0 and G[GROUP_LIMIT] or L[IN_FLIGHT])
end

local function open(L, G)
  return has_place(L, G) and band(G[KEPT], G_PAUSED) == 0
end

-- Puts a group where claims find it, or takes it away. Who comes back starts at the lane's clock: a rest earns nothing.
local function place(L, G)
  local may = open(L, G)
  for b = 0, 3 do
    local score = G.score[b]
    if may and G[G_WAIT + b] > 0 then
      if not score and G[G_CLOCK + b] < L[L_CLOCK + b] then
        G[G_CLOCK + b] = L[L_CLOCK + b]
      end
      if score ~= G[G_CLOCK + b] then
        call('ZADD', P .. 'r' .. b .. ':' .. L.name, G[G_CLOCK + b], G.name)
        G.score[b] = G[G_CLOCK + b]
        L.ring = L.ring or not score
      end
    elseif score then
      call('ZREM', P .. 'r' .. b .. ':' .. L.name, G.name)
      G.score[b] = nil
    end
  end
end

local function save_group(L, G)
  local busy, placed = G[G_FLIGHT] + G[2] + G[3] + G[4] + G[5] + G[G_DELAYED] > 0, 0
  if busy ~= G.busy then
    G.busy = busy
    L[L_GROUPS] = L[L_GROUPS] + (busy and 1 or -1)
    call(busy and 'ZADD' or 'ZREM', P .. 'a:' .. L.name, unpack(busy and { 0, G.name } or { G.name }))
  end
  for b = 0, 3 do
    if G.score[b] then
      placed = placed + 2 ^ b
    end
  end
  G[PLACED] = placed
  local key = P .. 'g:' .. L.name .. '/' .. G.name
  if busy or G[KEPT] > 0 then
    call('SET', key, pack(GROUP, unpack(G, 1, G_LAST)))
  elseif L[REMEMBER] >= 1 and (G[12] > L[24] or G[13] > L[25] or G[14] > L[26] or G[15] > L[27]) then
    call('SET', key, pack(GROUP, unpack(G, 1, G_LAST)), 'PX', math.min(IDLE_CLOCK, L[REMEMBER]))
  else
    call('DEL', key)
  end
end

local function ring(L)
  if L[PAUSED] == 0 and call('LLEN', P .. 'b:' .. L.name) == 0 then
    call('LPUSH', P .. 'b:' .. L.name, 1)
  end
end

local function place_all()
  for _, L in pairs(lanes) do
    for _, G in pairs(L.groups) do
      place(L, G)
    end
  end
end

-- Writes lanes and groups back; the end of every act that changed something.
local function save_all()
  place_all()
  for name, L in pairs(lanes) do
    for _, G in pairs(L.groups) do
      save_group(L, G)
    end
    call('SET', P .. 'l:' .. name, pack(LANE, unpack(L, 1, L_LAST)))
    if L.ring or L.early then
      ring(L)
    end
  end
end

-- A worker is among the living for a minute.
local function seen(lane_name, worker)
  local key = P .. 'k:' .. lane_name
  call('ZADD', key, NOW, worker)
  call('PEXPIRE', key, 120000)
end

local function timer(J, at)
  call('ZADD', P .. 't', at, J.id)
  if at < HEAD and at < NOW + TICK then
    HEAD = at
    J.L.early = true -- who sleeps until the old head must hear of the new one
  end
end


-- Takes permits of several keys, all or none, by the generic cell rate algorithm on the server's clock.
--
-- KEYS[1]  prefix of the queue, KEYS[2...] the permits' keys
-- ARGV     how far ahead a moment may be booked (us), then for each key: us per permit, burst, amount
-- answers  {1 granted, us until the booked moment} | {0, us until all could be given}
-- O(keys); at most 16
--
-- q:<key>  until when its rate is used up, and until when it is blocked (us since 1970), packed

local call = redis.call
call('DEL', KEYS[1] .. '-') -- so that a full Redis takes what follows
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local at, used, blocked = now, {}, {}
for i = 2, #KEYS do
  local a = 3 * i - 4
  local raw = call('GET', KEYS[i])
  used[i], blocked[i] = 0, 0
  if raw then
    used[i], blocked[i] = struct.unpack('<dd', raw)
  end
  local free = used[i] - (ARGV[a + 1] - ARGV[a + 2]) * ARGV[a]
  at = math.max(at, blocked[i], free - 0.5) -- sums of fractions may be off by less
end
local wait = math.ceil(at - now)
if wait > tonumber(ARGV[1]) then
  return { 0, wait }
end
for i = 2, #KEYS do
  local a = 3 * i - 4
  local until_ = math.max(used[i], at) + ARGV[a + 2] * ARGV[a]
  call('SET', KEYS[i], struct.pack('<dd', until_, blocked[i]), 'PX',
    math.ceil((math.max(until_, blocked[i]) - now) / 1000))
end
return { 1, wait }

-- Writes a state if what is expected holds.
--
-- KEYS[1]  prefix of the queue, KEYS[2] the state: its version (d), then its value
-- ARGV     value, time to live in ms, 'absent' | 'any' | the version expected, 1 to write also when Redis is full
-- answers  the new version, or 0 if nothing was written
-- O(1)

local call = redis.call
if ARGV[4] == '1' then
  call('DEL', KEYS[1] .. '-')
end
local time = call('TIME')
local version = time[1] * 1000000 + time[2]
local head = call('GETRANGE', KEYS[2], 0, 7)
local last = #head == 8 and struct.unpack('<d', head) or 0
if ARGV[3] == 'absent' and last > 0 or tonumber(ARGV[3]) and (last == 0 or tonumber(ARGV[3]) ~= last) then
  return 0
end
version = math.max(version, last + 1)
call('SET', KEYS[2], struct.pack('<d', version) .. ARGV[1], 'PX', ARGV[2])
return version

-- Sets a lane's limits, or pauses or resumes it.
--
-- KEYS[1]  prefix
-- ARGV     lane, 'policy' and its seven numbers | 'pause' | 'resume'
-- answers  1 if the groups must be placed anew (see place-groups.lua)
-- O(1)

unlock()

local L, again = lane(ARGV[1]), 0
if ARGV[2] == 'policy' then
  again = L[IN_FLIGHT] ~= tonumber(ARGV[6]) and 1 or 0
  for i = MAX_JOBS, MAX_DEAD do
    L[i] = tonumber(ARGV[i + 1])
  end
else
  L[PAUSED] = ARGV[2] == 'pause' and 1 or 0
  L.ring = true
end
save_all()
return again

-- Sets what differs for one group, or pauses or resumes it.
--
-- KEYS[1]  prefix
-- ARGV     lane, group, 'policy', weight, limit, 1 if it is to be kept | lane, group, 'pause' | 'resume'
-- O(log(groups))

unlock()

local L = lane(ARGV[1])
local G = group(L, ARGV[2])
local paused, policy = band(G[KEPT], G_PAUSED), band(G[KEPT], HAS_POLICY)
if ARGV[3] == 'policy' then
  G[WEIGHT], G[GROUP_LIMIT] = tonumber(ARGV[4]), tonumber(ARGV[5])
  policy = ARGV[6] == '1' and HAS_POLICY or 0
else
  paused = ARGV[3] == 'pause' and G_PAUSED or 0
end
G[KEPT] = paused + policy
save_all()
return 1

-- Places the next groups of a lane anew, after its limit in flight changed.
--
-- KEYS[1]  prefix
-- ARGV     lane, the last group that was placed or ''
-- answers  the last group placed, or '' when there are no more
-- O(100 * log(groups))

unlock()

local L = lane(ARGV[1])
local names = call('ZRANGEBYLEX', P .. 'a:' .. L.name, ARGV[2] == '' and '-' or '(' .. ARGV[2], '+', 'LIMIT', 0, 100)
for _, name in ipairs(names) do
  group(L, name)
end
save_all()
return #names == 100 and names[100] or ''

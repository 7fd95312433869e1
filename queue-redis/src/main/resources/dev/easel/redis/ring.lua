-- Puts a token into a bell, unless there is one.
--
-- KEYS[1]  prefix
-- ARGV     bell's name after the prefix, ms it lasts or ''
-- O(1)

local bell = KEYS[1] .. ARGV[1]
redis.call('DEL', KEYS[1] .. '-') -- so that a full Redis takes what follows
if redis.call('LLEN', bell) == 0 then
  redis.call('LPUSH', bell, 1)
  if ARGV[2] ~= '' then
    redis.call('PEXPIRE', bell, ARGV[2])
  end
end
return 1

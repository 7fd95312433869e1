-- A lane's numbers.
--
-- KEYS[1]  prefix
-- ARGV     lane
-- answers  paused, waiting, delayed, running, parked, dead, bytes, groups, succeeded, failed, cancelled, expired,
--          reclaimed
-- O(log(dead)), and at most 32 due timers

unlock()

run_timers()
save_all()
local L = lane(ARGV[1])
moves()
trim_dead(L)
return {
  L[PAUSED], L[9] + L[10] + L[11] + L[12], L[L_DELAYED], L[L_RUNNING], L[L_PARKED],
  call('ZCARD', P .. 'd:' .. L.name) + call('ZCARD', P .. 'h:' .. L.name), L[L_BYTES], L[L_GROUPS],
  L[L_ENDED + SUCCEEDED], L[L_ENDED + FAILED], L[L_ENDED + CANCELLED], L[L_ENDED + EXPIRED], L[RECLAIMED],
}

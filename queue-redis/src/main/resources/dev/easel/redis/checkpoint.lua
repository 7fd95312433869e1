-- Keeps a text with a running job for its next attempt.
--
-- KEYS[1]  prefix
-- ARGV     job, token (d), text; '' removes it
-- answers  1, or 0 if the lease is lost
-- O(log(jobs))

unlock()
moves()

local J = hold(ARGV[1], unpacked('<d', ARGV[2]), true)
if J then
  if ARGV[3] == '' then
    call('DEL', P .. 'c:' .. J.id)
    clear(J, CHECKPOINT)
  else
    call('SET', P .. 'c:' .. J.id, ARGV[3])
    set(J, CHECKPOINT)
  end
  write(J)
end
save_all()
return J and 1 or 0

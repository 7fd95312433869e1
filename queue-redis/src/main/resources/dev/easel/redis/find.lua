-- What is known of jobs.
--
-- KEYS[1]  prefix
-- ARGV     jobs
-- answers  for each: its status, or false
-- O(jobs * log(waiting)), and at most 32 due timers; at most 100 jobs

unlock()
moves()

if HEAD <= NOW then
  run_timers()
  save_all()
end
local answers = {}
for i, id in ipairs(ARGV) do
  answers[i] = status(id)
end
return answers

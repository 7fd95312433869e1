-- The next waiting jobs of a lane, group by group, its front line after its bands. For a person's look: walks all lines
-- in steps.
--
-- KEYS[1]  prefix
-- ARGV     lane, group or '' to begin, band or 4 for the front line, number of the last job seen in its line or '-inf'
-- answers  {group, band, number to go on with; '' as group when done, {jobs}}
-- O(500 + 400 lines)

local FRONT = 4
local registry = P .. 'a:' .. ARGV[1]
local name, b, from = ARGV[2], tonumber(ARGV[3]), ARGV[4]
local jobs = {}

local function after(group_name)
  return call('ZRANGEBYLEX', registry, group_name == '' and '-' or '(' .. group_name, '+', 'LIMIT', 0, 1)[1] or ''
end

if name == '' then
  name = after('')
end
for _ = 1, 400 do
  if name == '' or #jobs >= 500 then
    break
  end
  local left = 500 - #jobs
  local rows = call('ZRANGEBYSCORE', P .. (b < FRONT and 'w' .. b or 'f') .. ':' .. ARGV[1] .. '/' .. name, from, '+inf',
    'WITHSCORES', 'LIMIT', 0, left)
  for i = 1, #rows, 2 do
    jobs[#jobs + 1] = rows[i]
    from = '(' .. rows[i + 1]
  end
  if #rows < 2 * left then
    b, from = b + 1, '-inf'
    if b > FRONT then
      name, b = after(name), 0
    end
  end
end
return { name, b, from, jobs }

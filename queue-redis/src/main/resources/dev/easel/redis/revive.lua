-- Puts dead letters back into their lines as if they were new.
--
-- KEYS[1]  prefix
-- ARGV     '' and a job | lane, how many of its dead letters, the oldest first, and after which: -inf, or as answered
-- answers  {how many were revived, after which to go on; '' when there are no more}
-- O(jobs * log(jobs)); at most 100 are looked at

unlock()
moves()

local function revive(id)
  local J = load(id)
  if not J or J.state ~= FAILED or has(J, PENDING) or not call('ZSCORE', P .. 'd:' .. J.lane, id) then
    return 0
  end
  if has(J, FOLLOWS) then
    local parent = load(string.sub(id, 1, -6))
    if not parent or parent.blob == 0 or parent.state < SUCCEEDED then
      return 0 -- what it followed is forgotten, or was dropped, or lives again: there is nothing to tell
    end
    call('PERSIST', job_key(parent.id))
    set(parent, PENDING)
    write(parent)
    local at = parent.state == FAILED and call('ZSCORE', P .. 'd:' .. parent.lane, parent.id)
    if at then
      call('ZREM', P .. 'd:' .. parent.lane, parent.id)
      bury(parent, at)
    end
  end
  J.L = lane(J.lane)
  J.G = group(J.L, J.group)
  J.L[SEQUENCE] = J.L[SEQUENCE] + 1
  J.flags, J.spent, J.expires, J.number, J.worker = band(J.flags, FOLLOWS), 0, 0, J.L[SEQUENCE], NOBODY
  J.L[L_BYTES] = J.L[L_BYTES] + J.bytes
  call('ZREM', P .. 'd:' .. J.lane, id)
  waits(J)
  call('SET', job_key(id), packed(J) .. string.sub(J.raw, HEADER_SIZE + 1, J.at + J.blob - 1))
  if J.dedup ~= '' then
    call('SET', P .. 'u:' .. J.dedup, id, 'NX')
  end
  tell(J)
  return 1
end

local revived, last = 0, ''
if ARGV[1] == '' then
  revived = revive(ARGV[2])
else
  local rows = call('ZRANGEBYSCORE', P .. 'd:' .. ARGV[1], '(' .. ARGV[3], '+inf', 'WITHSCORES', 'LIMIT', 0, 100)
  for i = 1, #rows, 2 do
    if revived < tonumber(ARGV[2]) then
      revived = revived + revive(rows[i])
    end
  end
  last = #rows == 200 and rows[200] or ''
end
save_all()
return { revived, last }

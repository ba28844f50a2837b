-- What wrk sends: one GraphQL request over and over. load.ts says how by the environment.
local body = os.getenv("BODY")
local kind = os.getenv("KIND")
local count = tonumber(os.getenv("FIRST"))
local pause = tonumber(os.getenv("PAUSE_MS"))
local authorization = os.getenv("AUTHORIZATION")

wrk.method = "POST"
wrk.body = body
wrk.headers["content-type"] = "application/json"
wrk.headers["accept"] = "application/json"

if authorization then
  wrk.headers["authorization"] = authorization
end

if kind == "another token each" then
  local tokens = {}
  for token in io.lines(os.getenv("TOKENS")) do
    tokens[#tokens + 1] = token
  end
  function request()
    count = count + 1
    wrk.headers["authorization"] = "Bearer " .. tokens[count % #tokens + 1]
    return wrk.format()
  end
elseif kind == "another caller each" then
  function request()
    count = count + 1
    wrk.headers["authorization"] = "Bearer " .. count
    return wrk.format()
  end
elseif kind == "another operation each" then
  function request()
    count = count + 1
    return wrk.format(nil, nil, nil, (body:gsub("00000000", string.format("%08d", count))))
  end
end

if pause > 0 then
  -- About so long, so that connections do not move in step.
  function delay()
    return math.random(math.floor(pause / 2), math.floor(pause * 3 / 2))
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.timeout + errors.read + errors.connect + errors.write))
end

-- Drives one operation for build/bench. All of it comes from the environment:
--   OP_METHOD, OP_PATH, OP_BODY   templates of the request; OP_BODY may be empty
--   OP_ROWS                       a file of samples, a line each, tabs between: {1} is the first column of a random line, and so on
--   OP_TOKEN                      the API key, a template too
--   OP_ONCE                       1 for an Idempotency-Key that no other request has

local MADE = 1500 -- different requests, made before the clock starts: the driver should cost as little as it can
local SLOT = string.rep("0", 34)
local made, turn, serial, run = {}, 0, 0, ""

local function rows_of(path)
  local rows = {}
  for line in io.lines(path) do
    local row = {}
    for column in string.gmatch(line, "[^\t]+") do row[#row + 1] = column end
    rows[#rows + 1] = row
  end
  return rows
end

function init()
  math.randomseed(os.time())
  run = string.format("%010d-%06d-", os.time(), math.random(0, 999999))
  local rows = rows_of(os.getenv("OP_ROWS"))
  local method, path, body = os.getenv("OP_METHOD"), os.getenv("OP_PATH"), os.getenv("OP_BODY")
  local token, once = os.getenv("OP_TOKEN"), os.getenv("OP_ONCE") == "1"
  for i = 1, MADE do
    local row = rows[math.random(#rows)]
    local function filled(text)
      return (string.gsub(text, "{(%d)}", function(n) return row[tonumber(n)] end))
    end
    local headers = { ["Authorization"] = "Bearer " .. filled(token) }
    if body ~= "" then headers["Content-Type"] = "application/json" end
    if once then headers["Idempotency-Key"] = SLOT end
    made[i] = wrk.format(method, filled(path), headers, body ~= "" and filled(body) or nil)
    if once then
      -- Cut at the place of the key, which is the only thing that changes between two turns.
      local from, to = string.find(made[i], SLOT, 1, true)
      made[i] = { string.sub(made[i], 1, from - 1), string.sub(made[i], to + 1) }
    end
  end
end

function request()
  turn = turn % MADE + 1
  local text = made[turn]
  if type(text) == "string" then return text end
  serial = serial + 1
  return text[1] .. run .. string.format("%016d", serial) .. text[2]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("MEASURED %.1f %d %d %d %d %d\n",
    summary.requests * 1e6 / summary.duration, latency:percentile(50), latency:percentile(99),
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

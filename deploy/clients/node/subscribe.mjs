// Follows Gainsay's feed in order, over restarts of either side. A kill between telling an event and noting its number tells it
// once more.
//
//   npm install
//   node subscribe.mjs PROTO LIVE REPLAY [STATE]     PROTO: the folder that holds gainsay/v1/gainsay.proto
import {createRequire} from 'node:module'
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'

const [proto, liveEndpoint, replayEndpoint, state] = process.argv.slice(2)
const require = createRequire(resolve(process.env.GAINSAY_NODE_MODULES ?? import.meta.dirname, 'here'))
const protobuf = require('protobufjs')
const zeromq = require('zeromq')

const root = await protobuf.load(join(proto, 'gainsay/v1/gainsay.proto'))
const FeedEvent = root.lookupType('gainsay.v1.FeedEvent')
const ReplayRequest = root.lookupType('gainsay.v1.ReplayRequest')
const ReplayReply = root.lookupType('gainsay.v1.ReplayReply')

let after = state && existsSync(state) ? Number(readFileSync(state, 'utf8')) : 0
const live = new zeromq.Subscriber({linger: 0})
live.subscribe('heartbeat/')
live.connect(liveEndpoint)

const ANSWER_MS = 3000

// One answer. A server that went away with the question never answers it, so it is asked again on a new socket.
async function ask(request) {
  for (;;) {
    const store = new zeromq.Dealer({linger: 0, receiveTimeout: ANSWER_MS, sendTimeout: ANSWER_MS})
    try {
      store.connect(replayEndpoint)
      await store.send(['GS1R', ReplayRequest.encode(request).finish()])
      return ReplayReply.decode((await store.receive()).at(-1))
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    } finally {
      store.close()
    }
  }
}

function tell(event) {
  const told = event.contradiction?.reason ?? event.dispute?.question ?? (event.statement ? `${event.statement.speaker?.name}: ${event.statement.text}` : '')
  console.log(`${event.sequence} ${event.body} ${told}`)
  if (!state) return
  writeFileSync(`${state}.new`, String(event.sequence))
  renameSync(`${state}.new`, state)
}

// A heartbeat closes each group of events: the bell upon which the store is asked for what there is.
for await (const [, packed] of live) {
  const bell = FeedEvent.decode(packed)
  for (let newest = Number(bell.sequence); newest > after;) {
    const reply = await ask({after})
    for (const event of reply.events) tell(FeedEvent.toObject(event, {longs: String, oneofs: true}))
    after = Math.max(after, Number(reply.upto))
    newest = Number(reply.newest)
  }
}

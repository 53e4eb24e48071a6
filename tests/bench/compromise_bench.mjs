// compromise beside lib/lang: sentences, terms and part-of-speech tags of the same files.
//
// Its "two" build is used, which tags and stops there; the full one goes on to phrases and is slower.
//
// Usage: node compromise_bench.mjs DIR RUNS FILE...    (DIR holds node_modules)
// Prints "run SECONDS TOKENS" for each counted pass. Punctuation is no term of its own here.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {resolve} from 'node:path'

const WARM_SECONDS = 5

const [directory, runs, ...files] = process.argv.slice(2)
const nlp = createRequire(resolve(directory, 'here'))('compromise/two')
const texts = files.map((file) => readFileSync(file))

function readAll() {
  let tokens = 0
  for (const text of texts) {
    for (const sentence of nlp(text.toString('utf8')).document) {
      tokens += sentence.length
    }
  }
  return tokens
}

const seconds = () => performance.now() / 1000

const warm = seconds()
do {
  readAll()
} while (seconds() - warm < WARM_SECONDS)
for (let run = 0; run < Number(runs); run++) {
  const begin = seconds()
  const tokens = readAll()
  console.log(`run ${seconds() - begin} ${tokens}`)
}

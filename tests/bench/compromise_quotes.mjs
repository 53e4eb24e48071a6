// compromise beside lib/statement: the quotations of the same articles, without who said them.
//
// Usage: node compromise_quotes.mjs DIR RUNS ARTICLES FILE...    (DIR holds node_modules)
// FILE is JSON Lines with a "text" in each; the first ARTICLES of all are read, those without a text aside.
// Prints "run SECONDS QUOTATIONS" for each counted pass.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {resolve} from 'node:path'

const WARM_SECONDS = 5

const [directory, runs, articles, ...files] = process.argv.slice(2)
const nlp = createRequire(resolve(directory, 'here'))('compromise')
const texts = files
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line.trim())
  .map((line) => JSON.parse(line).text)
  .filter((text) => text)
  .slice(0, Number(articles))

function readAll() {
  let quotations = 0
  for (const text of texts) {
    quotations += nlp(text).quotations().length
  }
  return quotations
}

const seconds = () => performance.now() / 1000

const warm = seconds()
do {
  readAll()
} while (seconds() - warm < WARM_SECONDS)
for (let run = 0; run < Number(runs); run++) {
  const begin = seconds()
  const quotations = readAll()
  console.log(`run ${seconds() - begin} ${quotations}`)
}

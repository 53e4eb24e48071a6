// Mozilla's Readability beside lib/source: the text of the same pages, with jsdom or linkedom as its document.
//
// Usage: node readability_bench.mjs DIR jsdom|linkedom RUNS FILE...    (DIR holds node_modules)
// Prints "run SECONDS CHARACTERS" for each counted pass.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {resolve} from 'node:path'

const [directory, parser, runs, ...files] = process.argv.slice(2)
const require = createRequire(resolve(directory, 'here'))
const {Readability} = require('@mozilla/readability')
const pages = files.map((file) => readFileSync(file))

const open =
  parser === 'jsdom'
    ? (({JSDOM, VirtualConsole}) => (html) =>
        new JSDOM(html, {url: 'https://news.example/', virtualConsole: new VirtualConsole()}).window)(require('jsdom'))
    : (({parseHTML}) => (html) => parseHTML(html))(require('linkedom'))

function readAll() {
  let characters = 0
  for (const page of pages) {
    const window = open(page.toString('utf8'))
    try {
      characters += new Readability(window.document).parse()?.textContent.length ?? 0
    } catch {
      // a page that defeats it counts as read
    }
    window.close?.()
  }
  return characters
}

const seconds = () => performance.now() / 1000

readAll() // warm
for (let run = 0; run < Number(runs); run++) {
  const begin = seconds()
  const characters = readAll()
  console.log(`run ${seconds() - begin} ${characters}`)
}

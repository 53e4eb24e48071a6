// The page in a real browser, driven by test_page.py: one command a line on standard input, one answer a line.
//
// usage: node page_test.mjs NODE_MODULES CHROMIUM BASE
//   visit PATH       opens it, light and wide, then dark and narrow; answers what is wrong with it
//   wait TEXT        answers the milliseconds until TEXT is on the page that is open
//   filter NAME VALUE   fills in the filter and sends it; answers the address
//   end
import {createRequire} from 'node:module'
import {createInterface} from 'node:readline'
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'

const [modules, chromium, base] = process.argv.slice(2)
const require = createRequire(resolve(modules, 'here'))
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const browser = await require('playwright-core').chromium.launch({executablePath: chromium, args: ['--no-sandbox']})
const looks = [{colorScheme: 'light', viewport: {width: 1440, height: 1000}}, {colorScheme: 'dark', viewport: {width: 390, height: 800}}]
const errors = []
const pages = await Promise.all(looks.map(async (look) => {
  const page = await (await browser.newContext({...look, bypassCSP: false})).newPage()
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()) && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  return page
}))

async function wrongWith(page, path) {
  await page.goto(base + path)
  await page.waitForFunction(() => !/Loading …/.test(document.querySelector('main').textContent))
  await page.evaluate(axe) // by the debugger, which the page's policy does not bind
  const found = await page.evaluate(() => window.axe.run({runOnly: ['wcag2a', 'wcag2aa', 'best-practice']}))
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)
  return [...found.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 100)}`), ...(wide ? ['wider than the window'] : []),
    ...(await page.title() ? [] : ['no title'])]
}

const commands = {
  async visit(path) {
    const wrong = []
    for (const page of pages.toReversed()) wrong.push(...await wrongWith(page, path))
    return {wrong: [...wrong, ...errors.splice(0)], text: await pages[0].innerText('main')}
  },
  async wait(...words) {
    const begin = performance.now()
    await pages[0].waitForFunction((text) => document.querySelector('main').innerText.includes(text), words.join(' '), {timeout: 20000, polling: 20})
    return {ms: performance.now() - begin, wrong: errors.splice(0)}
  },
  async filter(name, value) {
    await pages[0].fill(`main form [name=${name}]`, value)
    await pages[0].press(`main form [name=${name}]`, 'Enter')
    await pages[0].waitForTimeout(500)
    return {address: pages[0].url(), text: await pages[0].innerText('main'), wrong: errors.splice(0)}
  },
}

for await (const line of createInterface({input: process.stdin})) {
  const [command, ...rest] = line.split(' ')
  if (command === 'end') break
  try {
    console.log(JSON.stringify(await commands[command](...rest)))
  } catch (error) {
    console.log(JSON.stringify({wrong: [String(error)]}))
  }
}
await browser.close()

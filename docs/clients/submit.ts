// Submits 500 projects twice, updates half of them by reference, and shows one, by a client that is typed
// from the contract:
//
//   npm install openapi-fetch && npm install --save-dev openapi-typescript typescript tsx @types/node
//   npx openapi-typescript http://localhost:8080/openapi.json --output contract.d.ts
//   CLIENT_ID=... CLIENT_SECRET=... npx tsx submit.ts http://localhost:8080
import createClient from 'openapi-fetch'
import type { components, paths } from './contract.d.ts'

type Input = components['schemas']['ProjectInput']

const service = process.argv[2]
const client = createClient<paths>({ baseUrl: service })

/** What was answered, or an end that says why there is nothing. */
function given<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error))
  return answer.data
}

const form = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: process.env.CLIENT_ID!,
  client_secret: process.env.CLIENT_SECRET!,
})
const token = given(await client.POST('/oauth/token', {
  body: Object.fromEntries(form) as components['schemas']['TokenRequest'],
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  bodySerializer: () => form.toString(),
}))
client.use({
  onRequest({ request }) {
    request.headers.set('Authorization', `Bearer ${token.access_token}`)
    return request
  },
})

const me = given(await client.GET('/v1/me'))
if (!('organisation' in me)) throw new Error('these are no credentials of a partner')

const project = (number: number, description: string): Input => ({
  reference: `lot-2-${String(number).padStart(3, '0')}`,
  title: `Un composteur pour la rue ${number}`,
  summary: 'Un composteur partagé, et deux personnes pour en prendre soin.',
  description,
  theme: 'circular_economy',
  commune_codes: ['54329'],
})

const items = Array.from({ length: 500 }, (_, number) => project(number, 'Posé avec la commune.'))
const submit = async () =>
  given(await client.POST('/v1/projects/batch', { body: { items, on_conflict: 'skip' } })).items
const [first, second] = [await submit(), await submit()]
if (!first.every((item, index) => item.id === second[index].id)) throw new Error('something is double')
console.log(`${first.filter((one) => one.status === 201).length} made, ${second.filter((one) => one.status === 200).length} there`)

for (let number = 0; number < 500; number += 2) {
  const body = project(number, 'Posé avec la commune et l’école.')
  const put = given(await client.PUT('/v1/organisations/{id}/projects/by-reference/{reference}', {
    params: { path: { id: me.organisation.id, reference: body.reference! }, header: { 'If-Match': '*' } },
    body,
  }))
  if (put.id !== first[number].id) throw new Error(`another project has ${body.reference}`)
}

const shown = given(await client.POST('/v1/projects/{id}/submit', {
  params: { path: { id: first[0].id! }, header: { 'If-Match': '*' } },
  body: {},
}))
console.log(shown.reference, shown.state)

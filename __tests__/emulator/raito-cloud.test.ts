import { describe, expect, it } from '@jest/globals'
import { startRaitoCloud } from '../../emulator/raito-cloud.ts'

describe('startRaitoCloud', () => {
  it('reads the two bodies that the CLI writes by hand, with real line ends and a stray quotation mark', async () => {
    const cloud = await startRaitoCloud()
    const body =
      '{ "operationName": "SetMetaData", "variables":{}, "query": "mutation SetMetaData {\n  setIdentityStoreMetaData(id: \\"IS1\\", input: {\n    type: \\"t\\",\n    canBeMaster: true,\n  }) {\n ... on IdentityStore { id }\n } }" }"'
    const response = await fetch(`${cloud.url}query`, { method: 'POST', body })
    expect(await response.json()).toEqual({ data: { setIdentityStoreMetaData: { id: 'store' } } })
    expect(cloud.metaData).toMatchObject({ type: '"t"', canBeMaster: 'true' })
    await cloud.close()
  })

  it('takes an upload only with the digest that was announced', async () => {
    const cloud = await startRaitoCloud()
    const announced = await fetch(`${cloud.url}file/upload/signed-url?contentLength=1&sha256=wrong`)
    const { URL: url } = (await announced.json()) as { URL: string }
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400)
    await cloud.close()
  })
})

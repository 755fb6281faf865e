import { readFileBytes } from "../src/codec/index.ts"
import { makeWorkload } from "./workload.ts"
import { pandasText } from "./files.ts"
import { gunzipSync, gzipSync } from "node:zlib"
for (const name of ["BTC","ADA"] as const) {
const text=pandasText(makeWorkload(name).bars); const gz=gzipSync(text)
console.log(text.split("\n")[5])
const cpu = (f:()=>void) => { const a = process.cpuUsage(); f(); const b = process.cpuUsage(a); return (b.user+b.system)/1000 }
const d:number[]=[],g:number[]=[]
for(let r=0;r<15;r++){ d.push(cpu(()=>{ if(!readFileBytes(gz,{dateOnly:false,timeZone:"UTC"}).canonical) throw 1 })); g.push(cpu(()=>gunzipSync(gz,{chunkSize:text.length+64}))) }
const f=(a:number[])=>{a.sort((x,y)=>x-y);return `min ${a[0]!.toFixed(0)} med ${a[7]!.toFixed(0)}`}
console.log(name,"whole",f(d),"gun",f(g), "ratio min",(d[0]!/g[0]!).toFixed(2),"med",(d[7]!/g[7]!).toFixed(2))
}

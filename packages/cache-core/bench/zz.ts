import { encodeFile, decodeBlocks } from "../src/codec/index.ts"
import { decodeRun, planRuns, inflateExactly } from "../src/codec/decode-run.ts"
import { crc32 } from "node:zlib"
import { equalBars } from "@barkeep/market-data"
import { readFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
for (const name of ["BTC","ADA"]) {
const want = readFileSync(`/tmp/codec-work/${name}.csv`)
const raw = readFileSync(`/tmp/codec-work/${name}.f64`)
const a = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset+raw.length))
const col=(k:number)=>a.subarray(k*525600,(k+1)*525600)
const bars={openTime:col(0),open:col(1),high:col(2),low:col(3),close:col(4),volume:col(5)}
const cpu = (f:()=>void) => { const a = process.cpuUsage(); f(); const b = process.cpuUsage(a); return (b.user+b.system)/1000 }
const style={dateOnly:false,timeZone:"UTC"}
const enc=encodeFile(bars,style)
const file=Buffer.concat(enc.parts)
const gz=gzipSync(want,{level:9})
const body=file.subarray(10,file.length-10)
const t: Record<string,number[]>={dec:[],gun:[],scanOnly:[],alloc:[],inflOnly:[],inflcrc:[],norun:[]}
const keep = { numbers: new Float64Array(6*525600), stride: 525600 }
for(let r=0;r<21;r++){
 let got:any
 t.dec!.push(cpu(()=>{got=decodeBlocks(body,enc.blocks,style)}))
 t.gun!.push(cpu(()=>gunzipSync(gz,{chunkSize:want.length+64})))
 t.alloc!.push(cpu(()=>{ const n=new Float64Array(6*525600); for(let i=0;i<n.length;i+=512)n[i]=1 }))
 t.norun!.push(cpu(()=>{ for (const run of planRuns(enc.blocks)) if(decodeRun(body,enc.blocks,run,keep,false)) throw 1 }))
 t.inflOnly!.push(cpu(()=>{ for (const run of planRuns(enc.blocks)) { let rl=0; for(let i=run.from;i<run.to;i++) rl+=enc.blocks[i]!.rawLength; const l=enc.blocks[run.to-1]!; inflateExactly(body.subarray(enc.blocks[run.from]!.offset-10,l.offset+l.length-10),rl) } }))
}
for(const k in t){const s=t[k]!.sort((x,y)=>x-y);if(s.length)console.log(name,k,"min",s[0]!.toFixed(2),"med",s[s.length>>1]!.toFixed(2))}
}

#!/usr/bin/env node
import "../dist/barkeep.mjs"

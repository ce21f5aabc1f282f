import { memoryCallIndex } from "../fakes/call-index.ts";
import { callIndexConformance } from "./conformance.ts";

callIndexConformance("the index in memory", memoryCallIndex);

import { storeConformance } from "../store/conformance.ts";
import { memoryStore } from "./store.ts";

storeConformance("memoryStore", async () => ({ store: memoryStore(), close: async () => undefined }));

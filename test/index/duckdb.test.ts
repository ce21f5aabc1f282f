import { duckDbCallIndex } from "../../adapters/index/duckdb.ts";
import { callIndexConformance } from "./conformance.ts";

callIndexConformance("the index on DuckDB", duckDbCallIndex);

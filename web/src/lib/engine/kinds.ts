// The two engines. A worker holds one of them for its whole life.

export type EngineKind = 'cpu' | 'gpu';

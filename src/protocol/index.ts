export * from './codes';
export * from './events';
export * from './limits';
export * from './names';
export * from './payloads';

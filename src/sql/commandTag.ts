import { textIn, type Tree } from './parseTree';

/**
 * The words for a command that PostgreSQL's command tag has: `SELECT`, `CREATE INDEX`, `ALTER TABLE`. Most follow from the
 * name of the parse node; the tables below hold the others (CreateCommandTag in src/backend/tcop/utility.c). A node of a later
 * version gets a name made from its own.
 */
export function commandTag(nodeType: string, fields: Tree): string {
  return fixedTags[nodeType] ?? tagByFields[nodeType]?.(fields) ?? wordsOf(nodeType.replace(/Stmt$/, ''));
}

/** `AlterTableSpaceOptions` → `ALTER TABLE SPACE OPTIONS`. */
function wordsOf(camelCase: string): string {
  return camelCase.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}

const fixedTags: Readonly<Partial<Record<string, string>>> = {
  AlterDatabaseRefreshCollStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE',
  AlterEnumStmt: 'ALTER TYPE',
  AlterEventTrigStmt: 'ALTER EVENT TRIGGER',
  AlterExtensionContentsStmt: 'ALTER EXTENSION',
  AlterFdwStmt: 'ALTER FOREIGN DATA WRAPPER',
  AlterForeignServerStmt: 'ALTER SERVER',
  AlterOpFamilyStmt: 'ALTER OPERATOR FAMILY',
  AlterRoleSetStmt: 'ALTER ROLE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  AlterStatsStmt: 'ALTER STATISTICS',
  AlterTSConfigurationStmt: 'ALTER TEXT SEARCH CONFIGURATION',
  AlterTSDictionaryStmt: 'ALTER TEXT SEARCH DICTIONARY',
  AlterTableMoveAllStmt: 'ALTER TABLE',
  AlterTableSpaceOptionsStmt: 'ALTER TABLESPACE',
  CheckPointStmt: 'CHECKPOINT',
  ClosePortalStmt: 'CLOSE CURSOR',
  CompositeTypeStmt: 'CREATE TYPE',
  ConstraintsSetStmt: 'SET CONSTRAINTS',
  CreateAmStmt: 'CREATE ACCESS METHOD',
  CreateEnumStmt: 'CREATE TYPE',
  CreateEventTrigStmt: 'CREATE EVENT TRIGGER',
  CreateFdwStmt: 'CREATE FOREIGN DATA WRAPPER',
  CreateForeignServerStmt: 'CREATE SERVER',
  CreateOpClassStmt: 'CREATE OPERATOR CLASS',
  CreateOpFamilyStmt: 'CREATE OPERATOR FAMILY',
  CreatePLangStmt: 'CREATE LANGUAGE',
  CreateRangeStmt: 'CREATE TYPE',
  CreateSeqStmt: 'CREATE SEQUENCE',
  CreateStatsStmt: 'CREATE STATISTICS',
  CreateStmt: 'CREATE TABLE',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  CreateTrigStmt: 'CREATE TRIGGER',
  CreatedbStmt: 'CREATE DATABASE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  DropdbStmt: 'DROP DATABASE',
  IndexStmt: 'CREATE INDEX',
  LockStmt: 'LOCK TABLE',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  ReplicaIdentityStmt: 'ALTER TABLE',
  RuleStmt: 'CREATE RULE',
  SecLabelStmt: 'SECURITY LABEL',
  TruncateStmt: 'TRUNCATE TABLE',
  VariableShowStmt: 'SHOW',
  ViewStmt: 'CREATE VIEW',
};

const transactionTags: Readonly<Partial<Record<string, string>>> = {
  TRANS_STMT_START: 'START TRANSACTION',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
};

const tagByFields: Readonly<Partial<Record<string, (fields: Tree) => string>>> = {
  AlterFunctionStmt: fields => `ALTER ${objectWords(fields, 'objtype')}`,
  AlterObjectDependsStmt: fields => `ALTER ${objectWords(fields, 'objectType')}`,
  AlterObjectSchemaStmt: fields => `ALTER ${objectWords(fields, 'objectType')}`,
  AlterOwnerStmt: fields => `ALTER ${objectWords(fields, 'objectType')}`,
  AlterTableStmt: fields => `ALTER ${objectWords(fields, 'objtype')}`,
  CreateFunctionStmt: fields => (fields['is_procedure'] === true ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'),
  CreateTableAsStmt: fields =>
    textIn(fields, 'objtype') === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS',
  DefineStmt: fields => `CREATE ${objectWords(fields, 'kind')}`,
  DiscardStmt: fields => (textIn(fields, 'target') ?? 'DISCARD').replace('_', ' '),
  DropStmt: fields => `DROP ${objectWords(fields, 'removeType')}`,
  FetchStmt: fields => (fields['ismove'] === true ? 'MOVE' : 'FETCH'),
  GrantRoleStmt: fields => (fields['is_grant'] === true ? 'GRANT ROLE' : 'REVOKE ROLE'),
  GrantStmt: fields => (fields['is_grant'] === true ? 'GRANT' : 'REVOKE'),
  RenameStmt: fields => `ALTER ${objectWords(fields, 'renameType')}`,
  SelectStmt: fields => (fields['intoClause'] === undefined ? 'SELECT' : 'SELECT INTO'),
  TransactionStmt: fields => {
    const kind = textIn(fields, 'kind') ?? '';
    return transactionTags[kind] ?? kind.replace('TRANS_STMT_', '').replace('_', ' ');
  },
  VacuumStmt: fields => (fields['is_vacuumcmd'] === true ? 'VACUUM' : 'ANALYZE'),
  VariableSetStmt: fields => ((textIn(fields, 'kind') ?? '').startsWith('VAR_RESET') ? 'RESET' : 'SET'),
};

/** Object types whose words are not their name in the ObjectType enum, or that stand for the object they are a part of. */
const objectTypeWords: Readonly<Partial<Record<string, string>>> = {
  OBJECT_ATTRIBUTE: 'TYPE',
  OBJECT_COLUMN: 'TABLE',
  OBJECT_DOMCONSTRAINT: 'DOMAIN',
  OBJECT_FDW: 'FOREIGN DATA WRAPPER',
  OBJECT_FOREIGN_SERVER: 'SERVER',
  OBJECT_LARGEOBJECT: 'LARGE OBJECT',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_OPCLASS: 'OPERATOR CLASS',
  OBJECT_OPFAMILY: 'OPERATOR FAMILY',
  OBJECT_STATISTIC_EXT: 'STATISTICS',
  OBJECT_TABCONSTRAINT: 'TABLE',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
};

function objectWords(fields: Tree, field: string): string {
  const type = textIn(fields, field) ?? '';
  return objectTypeWords[type] ?? type.replace('OBJECT_', '').replaceAll('_', ' ');
}

// Starts `abidance lsp` for contracts; everything else is the language client's.
'use strict';

const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration('abidance').get('command');
  client = new LanguageClient(
    'abidance',
    { command, args: ['lsp'] },
    { documentSelector: [{ scheme: 'file', pattern: '**/*.contract.yaml' }] }
  );
  await client.start();
};

exports.deactivate = () => client && client.stop();
